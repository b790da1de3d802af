using Foreman.Git.Forges;
using Foreman.Testing.Forges;

namespace Foreman.Git.Tests.Forges.Scenarios;

/// <summary>Pull requests are opened once, and afterwards changed where they are ours.</summary>
public class PublishTests
{
    public static TheoryData<ForgeKind> Kinds => ForgeTests.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_same_proposal_twice_is_one_pull_request(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind);

        var first = ForgeHarness.Value(await harness.PublishAsync(harness.Proposal()));
        var writes = harness.Server.Calls.Count(c => c.IsWrite);
        var second = ForgeHarness.Value(await harness.PublishAsync(harness.Proposal()));

        Assert.Equal((PublishOutcome.Opened, PublishOutcome.Unchanged), (first.Outcome, second.Outcome));
        Assert.Equal((first.Number, first.Url), (second.Number, second.Url));
        Assert.Equal((1, 1), (writes, harness.Server.Calls.Count(c => c.IsWrite)));
        var pull = Assert.Single(harness.Stored.OpenPulls);
        Assert.Equal("Count from one", pull.Title);
        Assert.Contains("It now counts from one.", pull.Body, StringComparison.Ordinal);
        Assert.Equal(("foreman/issue-42", "main", harness.Repository.FullName), (pull.Branches!.Head, pull.Branches.Base, pull.Branches.HeadRepository));
        Assert.Equal((false, 0), (second.IsDraft, second.Warnings.Count));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_later_attempt_changes_its_own_part_and_leaves_alone_what_people_wrote(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind);
        _ = ForgeHarness.Value(await harness.PublishAsync(harness.Proposal()));
        var pull = harness.Stored.OpenPulls[0];
        pull.Body = $"Reviewed by hand.\n\n{pull.Body}\n\n- [x] tested";

        var changed = ForgeHarness.Value(await harness.PublishAsync(harness.Proposal("Now with a test.") with { Title = "Count from one, tested" }));

        Assert.Equal(PublishOutcome.Updated, changed.Outcome);
        Assert.Equal("Count from one, tested", pull.Title);
        Assert.Contains("Now with a test.", pull.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("It now counts from one.", pull.Body, StringComparison.Ordinal);
        Assert.StartsWith("Reviewed by hand.", pull.Body, StringComparison.Ordinal);
        Assert.EndsWith("- [x] tested", pull.Body, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_a_coder_wrote_of_its_change_stays_when_a_reviewer_approves_of_it(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind);
        _ = ForgeHarness.Value(await harness.PublishAsync(harness.Proposal() with { IsDraft = true }));
        var pull = harness.Stored.OpenPulls[0];
        var before = (pull.Title, pull.Body, pull.IsDraft);
        var writes = harness.Server.Calls.Count(c => c.IsWrite);

        var seen = ForgeHarness.Value(await harness.PublishAsync(harness.Proposal("Fine.") with { Title = "Another", LeavesAsFound = true }));

        Assert.Equal((PublishOutcome.Unchanged, true, before), (seen.Outcome, seen.IsDraft, (pull.Title, pull.Body, pull.IsDraft)));
        Assert.Contains("draft", Assert.Single(seen.Warnings), StringComparison.Ordinal);
        Assert.Equal(writes, harness.Server.Calls.Count(c => c.IsWrite));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_title_that_somebody_changed_stays(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind);
        _ = ForgeHarness.Value(await harness.PublishAsync(harness.Proposal()));
        harness.Stored.OpenPulls[0].Title = "A better title";

        _ = ForgeHarness.Value(await harness.PublishAsync(harness.Proposal("More.") with { Title = "Count from two" }));

        Assert.Equal("A better title", Assert.Single(harness.Stored.OpenPulls).Title);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_pull_request_without_our_marks_keeps_its_text(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind);
        harness.Stored.AddPull(3, "By hand", "All of it by hand.", new StoredBranches(harness.Repository.FullName, "foreman/issue-42", "main"));

        var result = ForgeHarness.Value(await harness.PublishAsync(harness.Proposal()));

        Assert.Equal((3, PublishOutcome.Unchanged), (result.Number, result.Outcome));
        Assert.Equal(("By hand", "All of it by hand."), (harness.Stored.OpenPulls[0].Title, harness.Stored.OpenPulls[0].Body));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_is_not_verified_is_a_draft_until_it_is(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind);

        var draft = ForgeHarness.Value(await harness.PublishAsync(harness.Proposal() with { IsDraft = true }));
        var title = harness.Stored.OpenPulls[0].Title;
        var ready = ForgeHarness.Value(await harness.PublishAsync(harness.Proposal()));
        var readyTitle = harness.Stored.OpenPulls[0].Title;
        var again = ForgeHarness.Value(await harness.PublishAsync(harness.Proposal() with { IsDraft = true }));

        Assert.Equal((true, false, true), (draft.IsDraft, ready.IsDraft, again.IsDraft));
        Assert.Equal((PublishOutcome.Updated, PublishOutcome.Updated), (ready.Outcome, again.Outcome));
        Assert.Equal(kind switch { ForgeKind.GitHub => "Count from one", ForgeKind.Gitea => "WIP: Count from one", _ => "Draft: Count from one" }, title);
        Assert.Equal("Count from one", readyTitle);
        _ = Assert.Single(harness.Stored.OpenPulls);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Labels_are_added_and_others_left_alone(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind);
        harness.Stored.Labels.AddRange([(1, "one"), (2, "two"), (3, "Foreman"), (4, "kept")]);
        _ = ForgeHarness.Value(await harness.PublishAsync(harness.Proposal() with { Labels = ["Foreman"] }));
        harness.Stored.OpenPulls[0].Labels.Add("kept");

        var result = ForgeHarness.Value(await harness.PublishAsync(harness.Proposal() with { Labels = ["foreman", "needs-review"] }));

        Assert.Equal(PublishOutcome.Updated, result.Outcome);
        Assert.Equal(["Foreman", "kept", "needs-review"], harness.Stored.OpenPulls[0].Labels.Order(StringComparer.OrdinalIgnoreCase));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Labels_that_are_refused_are_a_warning(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind);
        harness.Server.Instead = c => c.IsWrite && (c.Path.EndsWith("/labels", StringComparison.Ordinal) || c.Body!.ContainsKey("add_labels")) ? ForgeAnswer.Error(403, "Must have push access") : null;

        var result = ForgeHarness.Value(await harness.PublishAsync(harness.Proposal() with { Labels = ["foreman"] }));

        Assert.Equal(PublishOutcome.Opened, result.Outcome);
        Assert.Contains("Must have push access", Assert.Single(result.Warnings), StringComparison.Ordinal);
        _ = Assert.Single(harness.Stored.OpenPulls);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_template_is_honoured(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind);

        _ = ForgeHarness.Value(await harness.PublishAsync(harness.Proposal() with { Template = "## Description\n<!-- say what -->\n\n## Checks\n- [ ] tests\n" }));

        var body = harness.Stored.OpenPulls[0].Body;
        Assert.Matches(@"\A## Description\n\n<!-- foreman:begin [0-9a-f]{12} -->\nIt now counts from one.\n<!-- foreman:end -->\n<!-- say what -->\n\n## Checks\n- \[ \] tests\z", body);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_branch_of_a_fork_is_proposed_to_the_repository_it_came_from(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind);
        var proposal = harness.Proposal() with { Fork = harness.Fork };

        _ = ForgeHarness.Value(await harness.PublishAsync(proposal));
        var second = ForgeHarness.Value(await harness.PublishAsync(proposal));

        Assert.Equal(PublishOutcome.Unchanged, second.Outcome);
        Assert.Equal("someone/widgets", Assert.Single(harness.Stored.OpenPulls).Branches!.HeadRepository);
        Assert.Empty(harness.Server.Store.Find("someone/widgets")!.Threads);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_branch_of_the_same_name_in_the_owners_fork_is_another_one(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind);
        var copy = ForgeRepository.Parse($"{harness.Repository.Owner}/widgets-copy")!;
        _ = harness.Server.Store.Add(copy.FullName);
        harness.Stored.AddPull(3, "By hand", "From the fork.", new StoredBranches(copy.FullName, "foreman/issue-42", "main"));

        var ours = ForgeHarness.Value(await harness.PublishAsync(harness.Proposal()));
        var forks = ForgeHarness.Value(await harness.PublishAsync(harness.Proposal() with { Fork = copy }));

        Assert.Equal(PublishOutcome.Opened, ours.Outcome);
        Assert.Equal((3, PublishOutcome.Unchanged), (forks.Number, forks.Outcome));
        Assert.Equal(2, harness.Stored.OpenPulls.Count);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_answer_that_was_lost_makes_no_second_one(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind);
        var lost = 0;
        harness.Server.Fault = c => c.IsWrite && lost++ == 0 ? ForgeFault.DropAfter : ForgeFault.None;

        var result = ForgeHarness.Value(await harness.PublishAsync(harness.Proposal()));

        Assert.Equal(harness.Stored.OpenPulls[0].Number, result.Number);
        _ = Assert.Single(harness.Stored.Threads);
        Assert.Contains(harness.Waits, w => w.Reason.Contains("cannot reach", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task One_that_another_attempt_opened_in_between_is_taken_over(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind);
        harness.Server.Fault = c =>
        {
            if (c.IsWrite && harness.Stored.OpenPulls.Count == 0)
            {
                harness.Stored.AddPull(5, "Count from one", "", new StoredBranches(harness.Repository.FullName, "foreman/issue-42", "main"));
            }

            return ForgeFault.None;
        };

        var result = ForgeHarness.Value(await harness.PublishAsync(harness.Proposal()));

        Assert.Equal((5, PublishOutcome.Unchanged), (result.Number, result.Outcome));
        _ = Assert.Single(harness.Stored.Threads);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Who_lost_the_claim_writes_nothing(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind);

        var result = await harness.Forge.PublishAsync(harness.Proposal() with { Labels = ["foreman"] }, _ => Task.FromResult(false), default);

        Assert.Equal(ForgeErrorKind.Fenced, result.Error?.Kind);
        Assert.DoesNotContain(harness.Server.Calls, c => c.IsWrite);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_claim_is_looked_at_again_before_another_try(ForgeKind kind)
    {
        using var harness = new ForgeHarness(kind);
        var asked = 0;
        harness.Server.Fault = c => c.IsWrite ? ForgeFault.Unavailable : ForgeFault.None;

        var result = await harness.Forge.PublishAsync(harness.Proposal(), _ => Task.FromResult(asked++ == 0), default);

        Assert.Equal(ForgeErrorKind.Fenced, result.Error?.Kind);
        Assert.Equal(1, harness.Server.Calls.Count(c => c.IsWrite));
        Assert.Equal(2, asked);
    }
}
