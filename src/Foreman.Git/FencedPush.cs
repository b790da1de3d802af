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

    // For a folder of this host git starts the other side itself: none of that repository's hooks runs.
    private const string LocalReceiver = "--receive-pack=git -c core.hooksPath=/dev/null -c core.fsmonitor=false -c receive.autogc=false -c gc.auto=0 receive-pack";

    /// <summary>Pushes a commit to the branch of a run, or to one beside it.</summary>
    /// <param name="tree">The run.</param>
    /// <param name="credentials">Tokens by host.</param>
    /// <param name="request">What is pushed.</param>
    /// <param name="cancellationToken">Ends it; the push may have arrived.</param>
    /// <exception cref="GitException">The server can't be reached, or wants another token; whether the push arrived is found out by the next try.</exception>
    public static async Task<PushResult> PushAsync(WorkingTree tree, ICredentialBroker credentials, PushRequest request, CancellationToken cancellationToken)
    {
        var sha = CommitName.Checked(request.Sha);

        // A fork may lack commits of its upstream, whose files are then fetched to be pushed.
        var access = await GitAccess.ToAsync(credentials, [request.To, .. tree.Remotes], cancellationToken).ConfigureAwait(false);
        for (var round = 0; round < MaxRounds; round++)
        {
            var facts = await FactsAsync(tree, request, access, cancellationToken).ConfigureAwait(false);
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

            if (await OnceAsync(tree, request, access, facts.Tip, cancellationToken).ConfigureAwait(false) is { } ended)
            {
                return ended;
            }
        }

        throw new GitException(GitFault.Unreachable, $"The branch `{BranchOf(tree, request)}` of {request.To} changed at each of {MaxRounds} pushes. It is tried again later.");
    }

    // Null when the branch has moved meanwhile.
    private static async Task<PushResult?> OnceAsync(WorkingTree tree, PushRequest request, GitAccess access, string? tip, CancellationToken cancellationToken)
    {
        var target = "refs/heads/" + BranchOf(tree, request);
        string[] receiver = request.To.IsLocal ? [LocalReceiver] : [];
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

            return new PushResult.Pushed(request.Sha, tip);
        }

        return report is { Stale: true } ? null
            : report is { Accepted: false } ? new PushResult.NotAllowed($"{request.To} refuses the push to `{tree.Plan.Branch}`: {Printable.Line(report.Reason ?? answer.Errors)}.")
            : throw GitProgram.Failure(call, answer.ExitCode, answer.Errors);
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
        await tree.Git.RunAsync(fetch with { Access = access, Subject = request.To.Url }, cancellationToken).ConfigureAwait(false);
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
