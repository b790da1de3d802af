using System.Text;
using Foreman.AgentLoop;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Primitives;
using Foreman.Runner.Fencing;
using Foreman.Tools.Mcp;
using Microsoft.Extensions.Logging;

namespace Foreman.Runner.Stages;

/// <summary>Reads from the API what a run needs besides its task, waiting while the API server can't be reached.</summary>
/// <param name="kubernetes">The API.</param>
/// <param name="options">Who runs tasks, and which model servers it may call.</param>
/// <param name="time">The clock of waits.</param>
/// <param name="jitter">Spreads repeated requests.</param>
/// <param name="logger">Told of references that lead nowhere.</param>
internal sealed class TaskInputs(IKubernetes kubernetes, RunnerOptions options, TimeProvider time, Jitter jitter, ILogger logger)
{
    /// <summary>The task's Agent; null when it names none: then the built-in one works.</summary>
    /// <exception cref="StageException">The Agent does not exist, or may not be read.</exception>
    public async Task<AgentSpec?> AgentAsync(Attempt attempt, CancellationToken stop)
    {
        if (attempt.Task.AgentName() is not { } name)
        {
            return null;
        }

        var agent = await ReadAsync<Agent>(name, attempt.Namespace, stop).ConfigureAwait(false);
        return agent?.Spec ?? throw new StageException(
            FailureReason.AgentNotFound,
            $"Agent {name} does not exist in namespace {attempt.Namespace}. Create it, then create the task anew");
    }

    /// <summary>What the Agent's modelProfileRef adds. A reference that leads nowhere adds nothing, which is logged.</summary>
    /// <exception cref="StageException">The ModelProfile may not be read.</exception>
    public async Task<ModelProfileSpec?> ProfileAsync(Attempt attempt, AgentSpec? agent, CancellationToken stop)
    {
        if (agent?.ModelProfileRef is not { Length: > 0 } name)
        {
            return null;
        }

        var profile = await ReadAsync<ModelProfile>(name, null, stop).ConfigureAwait(false);
        if (profile is null)
        {
            logger.ModelProfileMissing(attempt.ToString(), name);
        }

        return profile?.Spec;
    }

    /// <summary>Another task of the attempt's namespace; null when it is gone.</summary>
    /// <exception cref="StageException">It may not be read.</exception>
    public Task<AgenticTask?> TaskAsync(Attempt attempt, string name, CancellationToken stop) => ReadAsync<AgenticTask>(name, attempt.Namespace, stop);

    /// <summary>The model that was promised with the assignment, and the key that its endpoint asks for.</summary>
    /// <exception cref="StageException">No endpoint was promised, this runner may not call it, or the key is missing.</exception>
    public async Task<ModelEndpoint> ModelAsync(Attempt attempt, AgentSpec? agent, CancellationToken stop)
    {
        var promised = attempt.Task.Status.Model;
        if (!Uri.TryCreate(promised?.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            throw new StageException(
                FailureReason.InferenceServiceUnavailable,
                $"no model server was promised: status.model.url of {attempt} is '{promised?.Url}', not an http or https URL");
        }

        if (options.MayCallModel is { } mayCall && !mayCall(url) && !ModelUrls.IsOfAgent(url, agent, attempt.Namespace))
        {
            throw new StageException(FailureReason.InferenceServiceUnavailable, ModelUrls.Refusal(url));
        }

        return new ModelEndpoint(url, promised!.Id ?? promised.Name, await KeyAsync(attempt, agent, url, stop).ConfigureAwait(false));
    }

    // The key goes to the endpoint that it was configured for and to no other.
    private async Task<string?> KeyAsync(Attempt attempt, AgentSpec? agent, Uri url, CancellationToken stop)
    {
        if (agent?.ProviderConfig is not { ApiKeySecretRef: { } reference } provider || agent.Provider != AgentProvider.CloudProxy)
        {
            return null;
        }

        if (!Uri.TryCreate(provider.BaseURL, UriKind.Absolute, out var configured) || !ModelAddress.AreSame(configured, url))
        {
            return null;
        }

        return await SecretAsync(attempt, reference, "the Agent's providerConfig.apiKeySecretRef", stop).ConfigureAwait(false);
    }

    /// <summary>The MCP servers that the run connects to, and the values of the headers that they ask for.</summary>
    /// <returns>Null when it uses none.</returns>
    /// <exception cref="StageException">A Secret is missing or may not be read.</exception>
    public async Task<(McpPlan Plan, McpCredentials Credentials)?> McpAsync(Attempt attempt, AgentSpec? agent, CancellationToken stop)
    {
        if (McpPlan.Of(agent, attempt.Task.Spec.McpEnabled) is not { } plan)
        {
            return null;
        }

        var credentials = new McpCredentials();
        foreach (var server in plan.Servers)
        {
            foreach (var header in server.Headers ?? [])
            {
                var what = $"the header {Printable.Line(header.Name, 60)} of MCP server {Printable.Line(server.Name, 60)}";
                if (header.ValueFrom is { } reference && await SecretAsync(attempt, reference, what, stop).ConfigureAwait(false) is { } value)
                {
                    credentials.Add(server.Name, header.Name, value);
                }
            }
        }

        return (plan, credentials);
    }

    /// <summary>The value of a Secret's key, without the white space around it; null when it is absent and may be.</summary>
    private async Task<string?> SecretAsync(Attempt attempt, SecretKeySelector reference, string what, CancellationToken stop)
    {
        var (ns, name) = (attempt.Namespace, reference.Name);
        var secret = await ReadAsync<V1Secret>(name, ns, stop).ConfigureAwait(false);
        if (secret?.Data?.GetValueOrDefault(reference.Key) is { Length: > 0 } bytes && Encoding.UTF8.GetString(bytes).Trim() is { Length: > 0 } value)
        {
            return !value.Any(char.IsControl) ? value
                : throw new StageException(FailureReason.AuthUnavailable, $"Key {reference.Key} of Secret {ns}/{name}, for {what}, holds line ends or control characters, which no header may");
        }

        return reference.Optional == true
            ? null
            : throw new StageException(
                FailureReason.AuthUnavailable,
                secret is null
                    ? $"Secret {name} in namespace {ns}, for {what}, does not exist: create it with the key {reference.Key}"
                    : $"Secret {name} in namespace {ns} has no key {reference.Key}, for {what}: add it");
    }

    private async Task<T?> ReadAsync<T>(string name, string? ns, CancellationToken stop)
        where T : class, IResource<T>
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await kubernetes.TryReadAsync<T>(name, ns, stop).ConfigureAwait(false);
            }
            catch (KubernetesException e) when (!e.IsOverloaded && (int)e.StatusCode < 500)
            {
                // Who may not read a Secret has no credentials, whatever the cause; another host may have them.
                throw typeof(T) == typeof(V1Secret)
                    ? new StageException(FailureReason.AuthUnavailable, e.IsForbidden ? options.Program.MissingSecret(options, ns!, name) : $"Secret {ns}/{name} cannot be read: {e.Message}")
                    : new StageException(FailureReason.InfrastructureError, $"{T.Type.Kind} {name}{(ns is null ? "" : $" in namespace {ns}")} cannot be read: {e.Message}");
            }
            catch (Exception e) when (WriteFailure.Remedy(e) is not null)
            {
                await Task.Delay(RetryDelay.After(tries, WriteFailure.RetryAfter(e), jitter.Next()), time, stop).ConfigureAwait(false);
            }
        }
    }
}
