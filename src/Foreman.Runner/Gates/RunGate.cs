using Foreman.Api;
using Foreman.Git;
using Foreman.Runner.Repositories;
using Foreman.Runner.Stages;
using Foreman.Sandbox.Egress;
using Foreman.Tools.Workspaces;

namespace Foreman.Runner.Gates;

/// <summary>The gate of a run's repository.</summary>
internal static class RunGate
{
    /// <summary>Runs the checks over the files as they are now.</summary>
    /// <param name="record">With its repository.</param>
    /// <param name="commands">Where commands run on this host.</param>
    /// <param name="redaction">Leaves keys and tokens out of what checks print.</param>
    /// <param name="stop">Ends what runs.</param>
    /// <exception cref="WorkspaceException">The files can't be read or copied.</exception>
    /// <exception cref="StageException">git or the disk fails.</exception>
    /// <exception cref="OperationCanceledException">Stopped; nothing runs any more.</exception>
    public static async Task<GateReport> RunAsync(RunRecord record, CommandCage commands, Redaction redaction, CancellationToken stop) =>
        (await RunWholeAsync(record, commands, redaction, stop).ConfigureAwait(false)).Shown(redaction);

    private static async Task<GateReport> RunWholeAsync(RunRecord record, CommandCage commands, Redaction redaction, CancellationToken stop)
    {
        var spec = record.Attempt.Task.Spec;
        var source = new WorkingTreeSource(record.Repository!, PublishStage.LeftOut(spec));
        try
        {
            var egress = EgressRules.Parse(record.Agent?.Egress ?? [], out var fault);
            return fault is not null ? throw new StageException(FailureReason.Unsupported, $"Agent field `spec.egress`: {fault}")
                : commands.Cage is { } cage
                ? await new Gate(cage, GateFolder.Beside(record.Workspace!), egress) { Redaction = redaction }.RunAsync(source, spec.GateProfile, stop).ConfigureAwait(false)
                : GateReport.NotRun(
                    GatePlanner.Plan(TreeReader.Read(source.Directory, await source.FilesAsync(stop).ConfigureAwait(false)), spec.GateProfile),
                    commands.Fault ?? "this host runs no commands");
        }
        catch (GitException e) when (e.Fault is GitFault.TooLarge or GitFault.NotAllowed)
        {
            // It is the change that git does not take, and the model can mend that.
            return GateReport.Refused(e.Message);
        }
        catch (GitException e)
        {
            throw RepositoryFaults.Ended(e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StageException(FailureReason.InfrastructureError, DiskFaults.Report(e)?.Message ?? $"the checks of the repository can't be run: {e.Message}");
        }
    }
}
