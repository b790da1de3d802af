using Foreman.Kubernetes;
using Foreman.Operator.Workloads.Following;
using Foreman.Testing;
using Foreman.Testing.Forges;
using Foreman.Workloads;

namespace Foreman.Operator.Tests.Workloads.Following;

public class PullRequestFollowerTests
{
    private static readonly ObjectKey Key = new("default", "batch");
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task A_change_is_told_once_and_what_stays_the_same_is_not()
    {
        using var harness = new FollowHarness();
        var pull = harness.AddPull(7);
        await using var follower = FollowHarness.Follower(harness, Interval);
        var told = 0;
        using var listening = follower.Trigger.Subscribe(key => Interlocked.Add(ref told, key == Key ? 1 : 100));
        follower.Start();

        follower.Follow(Key, [harness.Target(7)], []);
        await Eventually.TrueAsync(() => Seen(follower) is { IsSettled: true }, "the pull request to be read and settled");
        await LooksAsync(harness, 4);
        Assert.Equal(2, told);

        pull.State = "merged";
        await Eventually.TrueAsync(() => Seen(follower) is { State: PullRequestState.Merged }, "the merge to be seen");
        Assert.Equal(3, told);
    }

    [Fact]
    public async Task A_later_step_is_looked_at_at_once_and_is_not_settled_yet()
    {
        using var harness = new FollowHarness();
        harness.AddPull(7);
        await using var follower = FollowHarness.Follower(harness, TimeSpan.FromHours(1));
        follower.Start();
        follower.Follow(Key, [harness.Target(7)], []);
        await Eventually.TrueAsync(() => Seen(follower) is not null, "the first look");

        follower.Follow(Key, [harness.Target(7, "code-1-f1")], []);
        await Eventually.TrueAsync(() => Seen(follower)?.Step == "code-1-f1", "the look for the revision");

        Assert.False(Seen(follower)!.IsSettled);
    }

    [Fact]
    public async Task A_draft_is_made_ready_by_the_process_that_leads()
    {
        using var harness = new FollowHarness("github") { Leads = false };
        var pull = harness.AddPull(7);
        pull.IsDraft = true;
        await using var follower = FollowHarness.Follower(harness, Interval);
        follower.Start();

        follower.Follow(Key, [harness.Target(7)], [new MarkReady { Url = harness.Url(7) }]);
        await LooksAsync(harness, 4);
        Assert.Equal((true, null), (Seen(follower)!.IsDraft, Seen(follower)!.StaysDraft));

        harness.Leads = true;
        await Eventually.TrueAsync(() => Seen(follower) is { IsDraft: false }, "the draft to be made ready");
        Assert.False(pull.IsDraft);
    }

    [Fact]
    public async Task A_draft_that_nobody_wants_ready_stays_one()
    {
        using var harness = new FollowHarness("github");
        var pull = harness.AddPull(7);
        pull.IsDraft = true;
        await using var follower = FollowHarness.Follower(harness, Interval);
        follower.Start();

        follower.Follow(Key, [harness.Target(7)], []);
        await LooksAsync(harness, 4);

        Assert.True(pull.IsDraft);
    }

    [Fact]
    public async Task Without_a_token_a_draft_stays_one_and_the_answer_says_why()
    {
        using var harness = new FollowHarness(withToken: false);
        var pull = harness.AddPull(7);
        pull.Title = "WIP: Count right";
        harness.Server.Instead = call => call.IsWrite ? ForgeAnswer.Error(401, "token is required") : null;
        harness.Server.IsOpen = true;
        await using var follower = FollowHarness.Follower(harness, Interval);
        follower.Start();

        follower.Follow(Key, [harness.Target(7)], [new MarkReady { Url = harness.Url(7) }]);
        await Eventually.TrueAsync(() => Seen(follower)?.StaysDraft is not null, "the refusal to be told");

        Assert.EndsWith("give it some with --git-tokens", Seen(follower)!.StaysDraft, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_so_many_of_one_forge_are_read_at_once_and_others_do_not_wait_for_it()
    {
        using var harness = new FollowHarness();
        var (now, most, release) = (0, 0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        harness.Server.Passing = async _ =>
        {
            var count = Interlocked.Increment(ref now);
            InterlockedMax(ref most, count);
            await release.Task;
            Interlocked.Decrement(ref now);
        };
        for (var number = 1; number <= 20; number++)
        {
            harness.AddPull(number);
        }

        await using var follower = FollowHarness.Follower(harness, TimeSpan.FromHours(1));
        follower.Start();
        follower.Follow(Key, [.. Enumerable.Range(1, 20).Select(n => harness.Target(n))], []);
        await Eventually.TrueAsync(() => Volatile.Read(ref now) == PullRequestFollower.MostAtOneHost, "the first ones to be read");
        var elsewhere = new ObjectKey("default", "elsewhere");
        follower.Follow(elsewhere, [new("https://other.example/acme/widgets/pulls/1", "code-1")], []);
        await Eventually.TrueAsync(() => follower.Of(elsewhere).Count == 1, "the one of another forge to be answered");
        Assert.Empty(follower.Of(Key));
        release.SetResult();
        await Eventually.TrueAsync(() => follower.Of(Key).Count == 20, "all to be read");

        Assert.Equal(PullRequestFollower.MostAtOneHost, most);
    }

    [Theory]
    [InlineData(0, 60)]
    [InlineData(8, 60)]
    [InlineData(9, 67.5)]
    [InlineData(60, 450)]
    public void Where_many_are_followed_each_is_looked_at_less_often(int followed, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), PullRequestFollower.Between(TimeSpan.FromMinutes(1), followed));

    [Fact]
    public async Task What_is_forgotten_is_read_no_more()
    {
        using var harness = new FollowHarness();
        harness.AddPull(7);
        await using var follower = FollowHarness.Follower(harness, Interval);
        follower.Start();
        follower.Follow(Key, [harness.Target(7)], []);
        await LooksAsync(harness, 1);

        follower.Forget(Key);

        Assert.Empty(follower.Of(Key));
        harness.AddPull(8);
        follower.Follow(new("default", "other"), [harness.Target(8)], []);
        await CallsAsync(harness, 8, 9);
        var calls = CallsOf(harness, 7);
        await CallsAsync(harness, 8, 18);
        Assert.Equal(calls, CallsOf(harness, 7));
    }

    private static int CallsOf(FollowHarness harness, int pull) => harness.Server.Calls.Count(c => c.Path.EndsWith($"/pulls/{pull}", StringComparison.Ordinal));

    private static Task CallsAsync(FollowHarness harness, int pull, int calls) => Eventually.TrueAsync(() => CallsOf(harness, pull) >= calls, "the other pull request to be read");

    private static PullRequestObservation? Seen(PullRequestFollower follower) => follower.Of(Key).Values.SingleOrDefault();

    // So many looks more, each with three calls.
    private static async Task LooksAsync(FollowHarness harness, int looks)
    {
        var calls = harness.Server.Calls.Count;
        await Eventually.TrueAsync(() => harness.Server.Calls.Count >= calls + (3 * looks), "the forge to be asked");
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var known = Volatile.Read(ref most); known < value; known = Volatile.Read(ref most))
        {
            Interlocked.CompareExchange(ref most, value, known);
        }
    }
}
