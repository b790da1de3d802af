using System.Collections.Immutable;
using System.Globalization;
using Foreman.Api;
using Foreman.Git;
using Foreman.Sandbox;
using Foreman.Sandbox.Egress;
using Foreman.Tools.Shell;
using Foreman.Tools.Workspaces;

namespace Foreman.Runner.Gates;

/// <summary>Runs the checks of a repository, each in the sandbox.</summary>
/// <param name="cage">Where they run.</param>
/// <param name="folder">Where they work.</param>
/// <param name="egress">The hosts that they may reach.</param>
internal sealed class Gate(Cage cage, GateFolder folder, EgressRules egress)
{
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(60);

    // Each end is a few times as long as what is kept of it.
    private const int KeptBytes = 8 * GateCheckResult.MaxExcerpt;

    /// <summary>Absolute paths that checks may read besides the system's, and the folders of programs among them.</summary>
    public (IReadOnlyList<string> Paths, IReadOnlyList<string> Programs) Besides { get; init; } = ([], []);

    /// <summary>Leaves keys and tokens out of what checks print.</summary>
    public Redaction Redaction { get; init; } = Redaction.OfForms;

    /// <summary>Runs the gate.</summary>
    /// <param name="source">What is checked.</param>
    /// <param name="profile">The task's spec.gateProfile; null when it has none.</param>
    /// <param name="stop">Ends what runs.</param>
    /// <exception cref="OperationCanceledException">Stopped; nothing runs any more.</exception>
    /// <exception cref="WorkspaceException">The files can't be copied.</exception>
    /// <exception cref="IOException">What an earlier gate left can't be removed.</exception>
    public async Task<GateReport> RunAsync(IGateSource source, GateProfile? profile, CancellationToken stop)
    {
        var (files, changes) = (await source.FilesAsync(stop).ConfigureAwait(false), await source.ChangesAsync(stop).ConfigureAwait(false));
        var tree = TreeReader.Read(source.Directory, files);
        var plan = GatePlanner.Plan(tree, profile, changes);
        var before = GatePlanner.Plan(await TreeReader.BaseAsync(source, tree, changes, stop).ConfigureAwait(false), profile, changes);
        var changed = changes.Count == 0 ? null : ChangedChecks.Of(before, Same(before, tree, profile), plan, changes);
        if (plan.Nothing is not null)
        {
            return new GateReport(plan, changed is null ? [] : [changed]);
        }

        if (files.Count >= RepositoryTree.MaxFiles)
        {
            return GateReport.NotRun(plan, string.Create(CultureInfo.InvariantCulture, $"the repository has {RepositoryTree.MaxFiles} files or more, which is more than a gate copies"));
        }

        try
        {
            await using var way = CommandEgress.Start(egress, cage.Mode);
            folder.Fill(source, files, stop);
            var results = await ChecksAsync(new Runs(this, plan, way?.Socket, stop), new Subject(source, files, changes, before)).ConfigureAwait(false);
            return new GateReport(plan, changed is null ? results : results.Add(changed));
        }
        catch (CageException e)
        {
            return new GateReport(plan, [GateJudge.Error(plan.Checks[0].Name, $"the sandbox can't be used: {e.Message}")]);
        }
    }

    private static GatePlan? Same(GatePlan before, RepositoryTree tree, GateProfile? profile) =>
        before.Project is not { } project ? before
        : ProjectChoice.Again(project, tree, profile) is { } again ? GatePlanner.PlanOf(again, tree, profile)
        : null;

    private async Task<ImmutableArray<GateCheckResult>> ChecksAsync(Runs run, Subject subject)
    {
        var missing = await run.MissingAsync().ConfigureAwait(false);
        var results = ImmutableArray.CreateBuilder<GateCheckResult>();
        string? broken = null;
        foreach (var check in run.Plan.Checks)
        {
            var result = broken is not null ? GateJudge.Skipped(check.Name, broken)
                : check.Tools.FirstOrDefault(missing.Contains) is { } tool ? GateJudge.Without(check, tool)
                : GateScript.Fault(check) is { } fault ? GateJudge.Error(check.Name, fault)
                : await run.InAsync(folder.Tree, check).ConfigureAwait(false);
            if (check.ComparesWithBase && result.Outcome == Verdict.GateFail && subject.BaseHas(run.Plan, check) && await BaseFailsAsync(run, check, subject).ConfigureAwait(false))
            {
                result = result with { Advisory = true };
            }
            else if (check.Name == Checks.Setup && result.Outcome == Verdict.GateError && !check.Tools.Any(missing.Contains) && subject.BaseHas(run.Plan, check) && await BaseSetsUpAsync(run, subject).ConfigureAwait(false))
            {
                // The host has all that is needed, so it is the change that is wrong.
                result = result with { Outcome = Verdict.GateFail };
            }

            results.Add(result);
            broken ??= check.IsNeeded && result.Outcome != Verdict.GatePass ? check.Name : null;
        }

        if (results.Any(r => r.Check == Checks.Test && r.Outcome == Verdict.GatePass) && BiteCheck.Applies(run.Plan.Tests, subject.Changes))
        {
            results.Add(await BiteAsync(run, subject).ConfigureAwait(false));
        }

        return results.ToImmutable();
    }

    private async Task<bool> BaseFailsAsync(Runs run, GateCheck check, Subject subject) =>
        await BaseSetsUpAsync(run, subject).ConfigureAwait(false) && (await run.InAsync(folder.Old, check).ConfigureAwait(false)).Outcome == Verdict.GateFail;

    private async Task<bool> BaseSetsUpAsync(Runs run, Subject subject) =>
        await folder.FillOldAsync(subject.Source, subject.Files, subject.Changes, run.Stop).ConfigureAwait(false) is null && await SetUpAsync(run).ConfigureAwait(false);

    private async Task<GateCheckResult> BiteAsync(Runs run, Subject subject)
    {
        var tests = run.Plan.Tests;
        if (await folder.FillOldAsync(subject.Source, subject.Files, BiteCheck.TakenBack(tests, subject.Changes), run.Stop).ConfigureAwait(false) is { } unread)
        {
            return GateJudge.Skipped(Checks.Bite, $"taking back {Primitives.Printable.Line(unread)}");
        }

        if (!await SetUpAsync(run).ConfigureAwait(false))
        {
            return GateJudge.Skipped(Checks.Bite, "setup of the old code");
        }

        var seconds = 0L;
        foreach (var check in run.Plan.Checks.Where(c => c.Name is Checks.Build or Checks.Test))
        {
            var result = await run.InAsync(folder.Old, check).ConfigureAwait(false);
            seconds += result.Seconds;
            if (result.Outcome != Verdict.GatePass)
            {
                // Over the new code it has just passed here, so what it lacks is of the change.
                return result with { Check = Checks.Bite, Seconds = seconds, Outcome = Verdict.GatePass };
            }
        }

        return new GateCheckResult { Check = Checks.Bite, Outcome = Verdict.GateFail, Seconds = seconds, Excerpt = GateJudge.Excerpt("", BiteCheck.Failure(tests, subject.Changes)) };
    }

    private async Task<bool> SetUpAsync(Runs run)
    {
        foreach (var check in run.Plan.Checks.Where(c => c.Name == Checks.Setup))
        {
            if ((await run.InAsync(folder.Old, check).ConfigureAwait(false)).Outcome != Verdict.GatePass)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>What is checked.</summary>
    /// <param name="Source">Where its files are.</param>
    /// <param name="Files">All of them.</param>
    /// <param name="Changes">What differs from the base.</param>
    /// <param name="Before">What the gate of the base runs.</param>
    private sealed record Subject(IGateSource Source, IReadOnlyList<string> Files, IReadOnlyList<ChangedFile> Changes, GatePlan Before)
    {
        /// <summary>True when the base has the check too: where it has not, its failing there would say nothing.</summary>
        public bool BaseHas(GatePlan plan, GateCheck check) =>
            Changes.Count > 0 && (Before.Project?.Language, Before.Project?.Folder) == (plan.Project?.Language, plan.Project?.Folder) && Before.Checks.Any(c => c.Name == check.Name);
    }

    /// <summary>The commands of one gate.</summary>
    private sealed class Runs(Gate gate, GatePlan plan, string? egress, CancellationToken stop)
    {
        public GatePlan Plan => plan;

        public CancellationToken Stop => stop;

        /// <summary>The tools of the plan that are not there.</summary>
        public async Task<ImmutableArray<GateTool>> MissingAsync()
        {
            ImmutableArray<GateTool> tools = [.. plan.Checks.SelectMany(c => c.Tools).Distinct()];
            var script = string.Concat(tools.Select((t, i) => FormattableString.Invariant($"( {t.Probe} ) >/dev/null 2>&1 || echo missing {i}\n")));
            var result = await RunAsync(script + "exit 0", ProbeLimit).ConfigureAwait(false);
            var lines = System.Text.Encoding.UTF8.GetString(result.Output.Head.Span).Split('\n');
            return [.. tools.Where((_, i) => lines.Contains(FormattableString.Invariant($"missing {i}"), StringComparer.Ordinal))];
        }

        /// <summary>Runs a check over one of the copies.</summary>
        public async Task<GateCheckResult> InAsync(string tree, GateCheck check) =>
            GateJudge.Of(check, await RunAsync(GateScript.Of(check, tree), check.Limit).ConfigureAwait(false), gate.Redaction);

        private Task<CageResult> RunAsync(string script, TimeSpan limit) => gate.RunInCageAsync(
            new CageCommand { Program = "/bin/sh", Arguments = ["-c", script], Timeout = limit, KeptBytes = KeptBytes }, plan, egress, stop);
    }

    private Task<CageResult> RunInCageAsync(CageCommand command, GatePlan plan, string? socket, CancellationToken stop) =>
        cage.RunAsync(new CagePolicy { Workspace = folder.Path, ReadOnlyPaths = Besides.Paths, EgressSocket = socket, Environment = EnvironmentOf(plan) }, command, stop);

    private Dictionary<string, string> EnvironmentOf(GatePlan plan)
    {
        var environment = new Dictionary<string, string>(CageEnvironment.Default, StringComparer.Ordinal)
        {
            ["HOME"] = System.IO.Path.Combine(folder.Cache, "home"),
            ["XDG_CACHE_HOME"] = System.IO.Path.Combine(folder.Cache, "xdg"),
            ["PATH"] = string.Join(':', [.. Besides.Programs, "/usr/local/go/bin", CageEnvironment.Default["PATH"]]),
        };
        foreach (var (name, value) in plan.Environment)
        {
            environment[name] = value.Replace("{cache}", folder.Cache, StringComparison.Ordinal);
        }

        return environment;
    }
}
