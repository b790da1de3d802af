using Foreman.Testing;
using Microsoft.AspNetCore.Http;

namespace Foreman.EndToEnd.Tests.Fleet;

/// <summary>A place in the runs of a Workload: the first run that comes there is held until everybody was killed.</summary>
public sealed class HeldStage
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>True where all stages are taken, which takes long.</summary>
    public static bool AllAreTaken => LongRun.Seeds(quick: 1, full: 1) > 1;

    /// <summary>Whether a model that is asked is held, by the first message of the user and the step.</summary>
    public Func<string, int, bool> InTurn { get; init; } = (_, _) => false;

    /// <summary>Whether a request to git or the forge is held.</summary>
    public Func<HttpRequest, bool> InCall { get; init; } = _ => false;

    /// <summary>The task at whose first attempt the checks of the repository are held; null for none.</summary>
    public string? InGateOf { get; init; }

    /// <summary>A command for the checks of the repository, which goes before theirs.</summary>
    public string Gate => InGateOf is null ? "" : $"case $PWD in */{InGateOf}-1~0/*) touch ../cache/began; exec sleep 86400;; esac; ";

    /// <summary>Waits until a run is there, kills the operator and all agents, starts them again and lets the run pass.</summary>
    /// <param name="fleet">The fleet.</param>
    /// <param name="agents">Its agents.</param>
    /// <param name="patience">How long a run may take to be there; a failure shows what the processes wrote.</param>
    public async Task KillThereAsync(ForemanFleet fleet, IReadOnlyList<AgentProcess> agents, TimeSpan patience)
    {
        await ReachedAsync(fleet, agents, patience);
        await fleet.KillAndRestartOperatorAsync();
        foreach (var agent in agents)
        {
            _ = await fleet.KillAndRestartAsync(agent);
        }

        _released.SetResult();
    }

    /// <summary>Passes, or is held.</summary>
    public Task PassAsync(string user, int step, StepMoment moment) =>
        moment == StepMoment.Asked && InTurn(user, step) && _reached.TrySetResult() ? _released.Task : Task.CompletedTask;

    /// <summary>Passes, or is held.</summary>
    public Task PassAsync(HttpRequest request) => InCall(request) && _reached.TrySetResult() ? _released.Task : Task.CompletedTask;

    private async Task ReachedAsync(ForemanFleet fleet, IReadOnlyList<AgentProcess> agents, TimeSpan patience)
    {
        try
        {
            await (InGateOf is null
                ? _reached.Task.WaitAsync(patience)
                : Eventually.TrueAsync(() => agents.Any(a => File.Exists(Path.Combine(a.Workspaces, fleet.Namespace, $"{InGateOf}-1~0", "cache", "began"))), $"the checks of {InGateOf} to begin", patience));
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"the stage was not reached: {await fleet.Kubectl.RunAsync("get", "workloads", "-n", fleet.Namespace, "-o", "yaml")}\n{fleet.Logs()}", e);
        }
    }
}
