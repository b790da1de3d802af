using Foreman.Git.Forges;
using Foreman.Testing.Forges;

namespace Foreman.Git.Tests.Forges.Scenarios;

/// <summary>Whatever goes wrong with calls, a retry leaves one pull request and one comment.</summary>
public class FaultyForgeTests(ITestOutputHelper output)
{
    private const int Seeds = 60;
    private static readonly ForgeFault[] Faults = [.. Enum.GetValues<ForgeFault>().Where(f => f != ForgeFault.None)];

    public static TheoryData<ForgeKind> Kinds => ForgeTests.Kinds;

    public static TheoryData<ForgeKind, ForgeFault> Cases
    {
        get
        {
            var cases = new TheoryData<ForgeKind, ForgeFault>();
            foreach (var kind in Enum.GetValues<ForgeKind>())
            {
                foreach (var fault in Faults)
                {
                    cases.Add(kind, fault);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task After_any_seeded_faults_and_a_retry_there_is_exactly_one_pull_request(ForgeKind kind)
    {
        var failed = 0;
        for (var seed = 1; seed <= Seeds; seed++)
        {
            using var harness = new ForgeHarness(kind, o => o with { Seed = seed, Tries = 1 + (seed % 4) });
            harness.Stored.AddIssue(42, "Counts wrong", "");
            var random = new Random(seed);
            var left = random.Next(1, 16);
            harness.Server.Fault = _ => left > 0 && random.NextDouble() < 0.6 && left-- > 0 ? Faults[random.Next(Faults.Length)] : ForgeFault.None;
            var proposal = harness.Proposal() with { Labels = ["foreman"], IsDraft = random.Next(2) == 0 };
            var thread = new ForgeThread(harness.Repository, 42, IsPullRequest: false);

            var first = await harness.PublishAsync(proposal);
            _ = await harness.Forge.CommentAsync(thread, "uid/1", "Done.", ForgeHarness.Held, default);
            failed += first.Error is null ? 0 : 1;
            Assert.True(first.Error is null or { Kind: ForgeErrorKind.Unreachable or ForgeErrorKind.Unreadable or ForgeErrorKind.RateLimited or ForgeErrorKind.Conflict }, $"seed {seed}: {first.Error}");
            harness.Server.Fault = _ => ForgeFault.None;
            harness.Clock.Pass(TimeSpan.FromHours(1));
            var second = ForgeHarness.Value(await harness.PublishAsync(proposal));
            _ = ForgeHarness.Value(await harness.Forge.CommentAsync(thread, "uid/1", "Done.", ForgeHarness.Held, default));

            Assert.True(harness.Stored.OpenPulls.Count == 1, $"seed {seed}: {harness.Stored.OpenPulls.Count} pull requests");
            var pull = harness.Stored.OpenPulls[0];
            Assert.Equal((second.Number, proposal.IsDraft), (pull.Number, second.IsDraft));
            Assert.Equal(["foreman"], pull.Labels);
            Assert.True(harness.Stored.Threads.Single(t => t.Number == 42).Comments.Count == 1, $"seed {seed}: comments");
        }

        output.WriteLine($"{failed} of {Seeds} first attempts failed");
        Assert.InRange(failed, 1, Seeds - 1);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_single_fault_of_each_kind_at_each_call_is_got_over(ForgeKind kind, ForgeFault fault)
    {
        using var plain = new ForgeHarness(kind);
        _ = ForgeHarness.Value(await plain.PublishAsync(plain.Proposal()));
        for (var at = 0; at < plain.Server.Calls.Count; at++)
        {
            using var harness = new ForgeHarness(kind);
            var (call, hit) = (0, at);
            harness.Server.Fault = _ => call++ == hit ? fault : ForgeFault.None;

            var result = await harness.PublishAsync(harness.Proposal());

            Assert.Equal(ForgeHarness.Value(result).Number, Assert.Single(harness.Stored.OpenPulls).Number);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_forge_that_stays_away_is_unreachable_after_bounded_tries(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind);
        harness.Server.Fault = _ => ForgeFault.Unavailable;

        var result = await harness.Forge.ReadIssueAsync(harness.Repository, 42, default);

        Assert.Equal(ForgeErrorKind.Unreachable, result.Error?.Kind);
        Assert.Contains("503", result.Error?.Message, StringComparison.Ordinal);
        Assert.Equal((4, 3), (harness.Server.Calls.Count, harness.Waits.Count));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Half_an_answer_is_asked_for_again_and_at_last_unreadable(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind);
        harness.Stored.AddIssue(42, "Counts wrong", "");
        harness.Server.Fault = _ => ForgeFault.Truncate;

        var result = await harness.Forge.ReadIssueAsync(harness.Repository, 42, default);

        Assert.Equal((ForgeErrorKind.Unreadable, 4), (result.Error?.Kind, harness.Server.Calls.Count));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Limits_are_waited_for_and_told(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind);
        harness.Stored.AddIssue(42, "Counts wrong", "");
        var faults = new Queue<ForgeFault>([ForgeFault.Limit, ForgeFault.SecondaryLimit]);
        harness.Server.Fault = _ => faults.TryDequeue(out var fault) ? fault : ForgeFault.None;
        harness.Server.LimitLasts = TimeSpan.FromSeconds(40);

        _ = ForgeHarness.Value(await harness.Forge.ReadIssueAsync(harness.Repository, 42, default));

        Assert.Equal(2, harness.Waits.Count);
        Assert.All(harness.Waits, w => Assert.Contains("rate limit", w.Reason, StringComparison.Ordinal));
        Assert.InRange(harness.Clock.Elapsed, TimeSpan.FromSeconds(80), TimeSpan.FromSeconds(110));
        Assert.Contains(harness.Logger.Entries, e => e.Message.Contains("rate limit", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_limit_that_lasts_longer_than_is_waited_ends_at_once_and_says_until_when(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind, o => o with { MaxWait = TimeSpan.FromSeconds(50) });
        harness.Server.Fault = _ => ForgeFault.SecondaryLimit;
        harness.Server.LimitLasts = TimeSpan.FromMinutes(20);

        var first = await harness.Forge.ReadIssueAsync(harness.Repository, 42, default);
        var second = await harness.Forge.ReadIssueAsync(harness.Repository, 42, default);

        Assert.Equal((ForgeErrorKind.RateLimited, ForgeErrorKind.RateLimited), (first.Error?.Kind, second.Error?.Kind));
        Assert.Equal(harness.Clock.GetUtcNow() + TimeSpan.FromMinutes(20), first.Error?.Until);
        Assert.Equal((1, TimeSpan.Zero), (harness.Server.Calls.Count, harness.Clock.Elapsed));
    }

    [Fact]
    public async Task A_cancellation_ends_a_wait()
    {
        using var cancelled = new CancellationTokenSource();
        using var harness = new ForgeHarness(ForgeKind.GitHub, o => o with { MaxWait = TimeSpan.FromDays(1), Waiting = _ => cancelled.Cancel() });
        harness.Server.Fault = _ => ForgeFault.SecondaryLimit;
        harness.Server.LimitLasts = TimeSpan.FromHours(2);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => harness.Forge.ReadIssueAsync(harness.Repository, 42, cancelled.Token));
    }
}
