using System.Net;
using Foreman.Agent.Hosting;
using Foreman.Kubernetes;

namespace Foreman.Agent.Rights;

/// <summary>
/// Asks the API server at the start, and now and then, whether this host may do in its task namespaces what runs need, so
/// that a missing right shows on the FleetNode and not in a task that nobody claims.
/// </summary>
internal sealed class RightsWatch(AgentContext context, HostState state)
{
    private static readonly TimeSpan WhileMissing = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan WhileGranted = TimeSpan.FromMinutes(10);

    // One round of questions: a slow server must not hold up the start.
    private static readonly TimeSpan RoundLimit = TimeSpan.FromSeconds(10);

    private IReadOnlyList<string> _told = [];

    /// <summary>Asks again and again until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(state.Facts.Rights.Problems.Count > 0 ? WhileMissing : WhileGranted, context.Time, cancellationToken);
            await CheckAsync(cancellationToken);
        }
    }

    /// <summary>Asks once. What can't be found out leaves things as they were.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        var namespaces = context.Settings.Node.TaskNamespaces;
        try
        {
            using var limit = new CancellationTokenSource(RoundLimit, context.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            string?[] asked = namespaces.Count == 0 ? [null] : [.. namespaces.Where(TaskRights.IsNamespaceName)];
            var found = new List<NamespaceRights>();
            foreach (var space in asked)
            {
                found.Add(new(space, await MissingAsync(space, either.Token)));
            }

            Apply(TaskRights.Decide(context.NodeName, namespaces, found, state.Facts.Rights.Refusal, context.Time.GetUtcNow()));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // Rights that can't be found out are no reason to stop, whatever the fault.
        catch (Exception e)
#pragma warning restore CA1031
        {
            context.Logger.RightsNotFound(ApiErrors.Explain(e, context.NodeName));
        }
    }

    private async Task<IReadOnlyList<NeededRight>> MissingAsync(string? space, CancellationToken cancellationToken)
    {
        var missing = new List<NeededRight>();
        foreach (var right in TaskRights.Needed)
        {
            if (!await IsAllowedAsync(right, space, cancellationToken))
            {
                missing.Add(right);
            }
        }

        return missing;
    }

    private async Task<bool> IsAllowedAsync(NeededRight right, string? space, CancellationToken cancellationToken)
    {
        try
        {
            var question = V1SelfSubjectAccessReview.Of(right.Verb, right.Type, space, subresource: right.Subresource);
            return (await context.Kubernetes.CreateAsync(question, cancellationToken: cancellationToken)).Status?.Allowed != false;
        }
        catch (KubernetesException e) when (e.IsNotFound || e.IsForbidden || e.StatusCode == HttpStatusCode.MethodNotAllowed)
        {
            // A server without this API, or an identity that may not ask: nothing is known, so nothing is held against the host.
            return true;
        }
    }

    private void Apply(RightsDecision verdict)
    {
        foreach (var problem in verdict.Problems.Except(_told))
        {
            context.Logger.RightsMissing(problem);
        }

        if (_told.Count > 0 && verdict.Problems.Count == 0)
        {
            context.Logger.RightsGranted();
        }

        _told = verdict.Problems;
        state.Change(facts => facts with { Rights = verdict });
    }
}
