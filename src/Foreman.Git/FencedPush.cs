using Foreman.Git.Commands;
using Foreman.Git.Pushing;
using Foreman.Primitives;

namespace Foreman.Git;

/// <summary>
/// Publishes a branch while the attempt holds its claim. Every push names the commit that it replaces, so of several hosts that push at once
/// one wins, and an attempt that was given to another host never replaces what a later one has pushed.
/// </summary>
public static class FencedPush
{
    private const int MaxRounds = 5;
    private const string TipRef = "refs/foreman/tip";

    // For a folder of this host git starts the other side itself: no program that the repository there names runs, and no files that are checked out change.
    private const string LocalReceiver =
        "--receive-pack=git -c core.hooksPath=/dev/null -c core.fsmonitor=false -c core.alternateRefsCommand=true -c receive.denyCurrentBranch=refuse -c receive.autogc=false -c gc.auto=0 receive-pack";

    /// <summary>Pushes a commit to the branch of a run, or to one beside it.</summary>
    /// <param name="tree">The run.</param>
    /// <param name="credentials">Tokens by host.</param>
    /// <param name="request">What is pushed.</param>
    /// <param name="cancellationToken">Ends it; the push may have arrived.</param>
    /// <exception cref="GitException">The server can't be reached, or wants another token; whether the push arrived is found out by the next try.</exception>
    public static async Task<PushResult> PushAsync(WorkingTree tree, ICredentialBroker credentials, PushRequest request, CancellationToken cancellationToken)
    {
        var sha = CommitName.Checked(request.Sha);

        // A fork that lags behind is sent contents of files that are still at the upstream only.
        var access = await GitAccess.ToAsync(credentials, [.. tree.Remotes, request.To], cancellationToken).ConfigureAwait(false);
        var tips = new HashSet<string>(StringComparer.Ordinal);
        PushReport? last = null;
        for (var round = 0; round < MaxRounds; round++)
        {
            var facts = await FactsAsync(tree, request, access, cancellationToken).ConfigureAwait(false);
            _ = tips.Add(facts.Tip ?? "");
            if (PushRules.Decide(facts).Result is { } result)
            {
                if (result is PushResult.AlreadyThere && request.Branch is null)
                {
                    tree.Expect(sha);
                }

                return result;
            }

            if (!await request.HoldsClaim(cancellationToken).ConfigureAwait(false))
            {
                return new PushResult.Fenced($"The claim of attempt {request.Mark.Attempt} is gone.");
            }

            (var ended, last) = await OnceAsync(tree, request, access, facts.Tip, cancellationToken).ConfigureAwait(false);
            if (ended is not null)
            {
                return ended;
            }
        }

        // What servers say when two pushes meet, some also say of a push that they never take.
        if (tips.Count == 1)
        {
            return Refused(tree, request, access, last?.Reason);
        }

        throw new GitException(GitFault.Unreachable, $"The branch `{BranchOf(tree, request)}` of {request.To} changed at each of {MaxRounds} pushes. It is tried again later.");
    }

    private static PushResult.NotAllowed Refused(WorkingTree tree, PushRequest request, GitAccess access, string? reason) =>
        new($"{request.To} refuses the push to `{BranchOf(tree, request)}`: {Printable.Line(access.Redact(reason ?? "it does not say why"))}.");

    // No result when the branch has moved meanwhile.
    private static async Task<(PushResult? Result, PushReport? Report)> OnceAsync(WorkingTree tree, PushRequest request, GitAccess access, string? tip, CancellationToken cancellationToken)
    {
        var target = "refs/heads/" + BranchOf(tree, request);

        // What a thin pack builds on could be missing in a partial clone, which would then be fetched by its own settings.
        string[] receiver = request.To.IsLocal ? [LocalReceiver, "--no-thin"] : [];
        string[] arguments = ["push", "--porcelain", "--no-verify", "--no-recurse-submodules", "--no-signed", $"--force-with-lease={target}:{tip}", .. receiver, "--", request.To.Url, $"{request.Sha}:{target}"];
        var call = tree.Call(arguments) with { Access = access, Subject = request.To.Url };
        var answer = await tree.Git.TryAsync(call, cancellationToken).ConfigureAwait(false);
        var report = PushReport.Parse(answer.Text);
        if (report is { Accepted: true } && answer.Succeeded)
        {
            if (request.Branch is null)
            {
                tree.Expect(request.Sha);
            }

            return (new PushResult.Pushed(request.Sha, tip), report);
        }

        // A server that can't store it now has refused nothing.
        var isTrouble = report is { Reason: "unpacker error" } && GitErrors.Classify(answer.Errors) is GitFault.Unreachable or GitFault.AuthUnavailable;
        return isTrouble || report is not { Accepted: false } ? throw GitProgram.Failure(call, answer.ExitCode, answer.Errors)
            : (report.Stale ? null : Refused(tree, request, access, report.Reason ?? answer.Errors), report);
    }

    private static async Task<PushFacts> FactsAsync(WorkingTree tree, PushRequest request, GitAccess access, CancellationToken cancellationToken)
    {
        var target = "refs/heads/" + BranchOf(tree, request);
        var listed = await tree.Git.RunAsync(new GitCall("ls-remote", "--", request.To.Url, target) { Access = access, Subject = request.To.Url }, cancellationToken).ConfigureAwait(false);
        var tip = listed.Text.Split('\n').Select(l => l.Split('\t')).FirstOrDefault(l => l is [_, var name] && name == target)?[0];
        var facts = new PushFacts(BranchOf(tree, request), request.Sha, request.Mark, tip, request.Branch is null ? tree.ExpectedTip : tip, tree.Plan.AllowOverwrite);
        if (tip is null || tip == request.Sha)
        {
            return facts;
        }

        // The tip is of this moment: another run may have pushed it after the mirror was refreshed.
        var fetch = tree.Call("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--no-auto-maintenance", "--", request.To.Url, $"+{target}:{TipRef}");
        try
        {
            await tree.Git.RunAsync(fetch with { Access = access, Subject = request.To.Url }, cancellationToken).ConfigureAwait(false);
        }
        catch (GitException e) when (e.Fault is GitFault.NotFound)
        {
            // Removed since it was listed; the push will name that it must not be there.
            return facts with { Tip = null, Expected = request.Branch is null ? facts.Expected : null };
        }

        var fetched = CommitName.Checked((await tree.Git.RunAsync(tree.Call("rev-parse", "--verify", TipRef + "^{commit}"), cancellationToken).ConfigureAwait(false)).Line);
        var commit = await tree.Git.RunAsync(tree.Call("cat-file", "commit", fetched), cancellationToken).ConfigureAwait(false);
        var ancestor = await tree.Git.TryAsync(tree.Call("merge-base", "--is-ancestor", fetched, request.Sha), cancellationToken).ConfigureAwait(false);
        var body = commit.Text.IndexOf("\n\n", StringComparison.Ordinal);
        var mark = body < 0 ? null : AttemptMark.Find(commit.Text[(body + 2)..]);
        facts = facts with { Tip = fetched, TipMark = mark, IsFastForward = ancestor.Succeeded };

        // What a person put onto a branch beside is never replaced.
        return request.Branch is null ? facts : facts with { Expected = fetched, AllowOverwrite = mark is not null };
    }

    private static string BranchOf(WorkingTree tree, PushRequest request) => BranchRules.Checked(request.Branch ?? tree.Plan.Branch);
}
