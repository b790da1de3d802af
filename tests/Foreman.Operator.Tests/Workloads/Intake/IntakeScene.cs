using Foreman.Api;
using Foreman.Git.Forges;
using Foreman.Kubernetes;
using Foreman.Operator.Tests.Fakes;
using Foreman.Operator.Workloads.Intake;
using Foreman.Testing;
using Foreman.Testing.Forges;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Operator.Tests.Workloads.Intake;

/// <summary>A Workload that takes issues in, on a real API server and a forge of the tests. Operators come and go as a test says.</summary>
internal sealed class IntakeScene : IAsyncDisposable
{
    public const string Repository = "acme/widgets";
    public const string Source = "night";

    private readonly ForgeAccess _forges;
    private bool _leads = true;

    private IntakeScene(WorkloadScene cluster, bool withToken)
    {
        Cluster = cluster;
        Forge = new("secret", TimeProvider.System) { IsOpen = withToken, PageSize = 50 };
        Stored = Forge.Store.Add(Repository);
        Stored.Labels.Add((1, "foreman"));
        _forges = ForgeAccess.Public(new(ForgeEndpoint.Parse("github", Forge.Url)), TimeProvider.System, NullLogger.Instance);
        NewOperator();
    }

    public WorkloadScene Cluster { get; }

    public GitHubServer Forge { get; }

    public StoredRepository Stored { get; }

    /// <summary>The client of the operator that leads.</summary>
    public CrashingKubernetes Client { get; private set; } = null!;

    public IntakeRound Round { get; private set; } = null!;

    public IntakeMemory Memory { get; private set; } = null!;

    private ObjectKey Key => new(Cluster.Space, Source);

    public static async Task<IntakeScene> StartAsync(IClusterUnderTest cluster, Func<WorkloadSpec, WorkloadSpec>? change = null, bool withToken = true)
    {
        var scene = new IntakeScene(await WorkloadScene.StartAsync(cluster), withToken);
        await scene.Cluster.CreateAsync(Source, (change ?? (s => s))(new()
        {
            Intent = "Less bugs.",
            Repo = Repository,
            CoderAgentRef = new() { Name = "coder" },
            Source = new() { Label = "foreman", MaxInProgress = 2 },
        }));
        return scene;
    }

    /// <summary>An operator that knows nothing but what is stored.</summary>
    /// <param name="lastWrite">The write to the API server with which it dies.</param>
    public void NewOperator(int lastWrite = int.MaxValue)
    {
        Client = new(Cluster.Client) { LastWrite = lastWrite };
        Memory = new(Cluster.Time);
        var events = new EventRecorder(Client, new() { Component = "foreman-operator", Time = Cluster.Time });
        Round = new(Client, events, new(_forges, _ => Task.FromResult(_leads)), Cluster.Time);
    }

    /// <summary>The lead is lost: nothing may be written to the forge any more.</summary>
    public void LoseLead() => _leads = false;

    public StoredThread AddIssue(long number, params string[] labels)
    {
        var issue = Stored.AddIssue(number, $"Issue {number}", "It is wrong.");
        issue.Labels.AddRange(["foreman", .. labels]);
        return issue;
    }

    /// <summary>A minute later, one look.</summary>
    public Task<bool> PollAsync()
    {
        Cluster.Time.Advance(TimeSpan.FromMinutes(1));
        return Round.RunAsync(Key, Memory, TestContext.Current.CancellationToken);
    }

    /// <summary>A minute later, looks until one comes to its end: an operator that dies is followed by the next one.</summary>
    public async Task SurviveAsync()
    {
        Cluster.Time.Advance(TimeSpan.FromMinutes(1));
        while (true)
        {
            try
            {
                await Round.RunAsync(Key, Memory, TestContext.Current.CancellationToken);
                return;
            }
            catch (CrashException)
            {
                NewOperator();
            }
        }
    }

    public Task<Workload> ReadAsync() => Cluster.ReadAsync(Source);

    /// <summary>The Workloads of issues, by name.</summary>
    public async Task<Dictionary<string, Workload>> ChildrenAsync() =>
        (await Cluster.Client.ListAsync<Workload>(Cluster.Space)).Items.Where(w => w.GetLabel(Labels.Intake) == Source).ToDictionary(w => w.Name());

    /// <summary>Ends the Workload of an issue.</summary>
    public async Task EndAsync(int issue, WorkloadPhase phase, string reason)
    {
        var child = await Cluster.ReadAsync($"{Source}-{issue}");
        var status = new WorkloadStatus
        {
            Phase = phase,
            PullRequests = phase == WorkloadPhase.Completed ? [$"{Forge.Url}/{Repository}/pull/{issue}0"] : null,
            Conditions =
            [
                new()
                {
                    Type = ConditionTypes.Completed,
                    Status = Conditions.True,
                    Reason = reason,
                    Message = "x",
                    ObservedGeneration = child.Metadata.Generation,
                    LastTransitionTime = Cluster.Time.GetUtcNow(),
                },
            ],
        };
        await Cluster.Client.PatchAsync<Workload>(Foreman.Operator.Workloads.WorkloadStatusPatch.Of(child, status), child.Name(), Cluster.Space, new PatchOptions { Subresource = "status" });
    }

    /// <summary>Everything that is stored in the cluster and on the forge, but for UIDs and versions.</summary>
    public async Task<string> StateAsync()
    {
        var source = await ReadAsync();
        var children = (await ChildrenAsync()).Values.OrderBy(c => c.Name(), StringComparer.Ordinal);
        return string.Join('\n',
        [
            $"{source.Status?.Phase} {source.Status?.Intake?.InProgress} {source.Status?.Intake?.Completed} {source.Status?.Intake?.Failed} {source.Status?.Intake?.Counted?.Count}",
            .. children.Select(c => $"{c.Name()} {c.Status?.Phase} {c.Spec.Suspend} {c.Spec.Cancel} {c.GetAnnotation(Labels.IntakeMark)}"),
            .. Stored.Threads.Select(t => $"{t.Number} {string.Join(' ', t.Labels)} {string.Join(" | ", t.Comments.Select(c => c.Body.Split("<!--")[0].Trim()))}"),
        ]).Replace(Cluster.Space, "SPACE", StringComparison.Ordinal).Replace(Forge.Url, "FORGE", StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        _forges.Dispose();
        Forge.Dispose();
        Forge.Verify();
    }
}
