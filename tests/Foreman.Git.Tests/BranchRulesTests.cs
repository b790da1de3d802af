using Foreman.Git.Mirrors;

namespace Foreman.Git.Tests;

public class BranchRulesTests
{
    private static readonly string[] Shas = [.. Enumerable.Range(1, 6).Select(i => new string((char)('0' + i), 40))];

    [Theory]
    [InlineData(null, null, null, null, "foreman/task-a")]
    [InlineData(null, null, null, 42, "foreman/issue-42")]
    [InlineData(null, null, "nightly", 42, "foreman/nightly/issue-42")]
    [InlineData(null, "fix/", null, 42, "fix/issue-42")]
    [InlineData("my/branch", "fix", "nightly", 42, "my/branch")]
    public void A_branch_is_named_after_what_it_is_for(string? branch, string? prefix, string? workload, int? issue, string name) =>
        Assert.Equal(name, BranchRules.NameOf(new BranchNaming { Task = "task-a", Branch = branch, Prefix = prefix, Workload = workload, Issue = issue }));

    [Fact]
    public void An_escalated_branch_has_its_own_name() => Assert.Equal("foreman/w/issue-1-esc", BranchRules.Escalated("foreman/w/issue-1"));

    [Fact]
    public void A_branch_for_a_person_to_finish_has_its_own_name() => Assert.Equal("foreman/issue-1-gate-failed", BranchRules.GateFailed("foreman/issue-1"));

    [Theory]
    [InlineData("main", true)]
    [InlineData("foreman/w/issue-1", true)]
    [InlineData("größer", true)]
    [InlineData("", false)]
    [InlineData("-f", false)]
    [InlineData("+x", false)]
    [InlineData("a..b", false)]
    [InlineData("a b", false)]
    [InlineData("a~1", false)]
    [InlineData("a:b", false)]
    [InlineData("a*", false)]
    [InlineData("a\\b", false)]
    [InlineData("a\nb", false)]
    [InlineData("a@{1}", false)]
    [InlineData("@", false)]
    [InlineData("HEAD", false)]
    [InlineData("refs/heads/x", false)]
    [InlineData("a//b", false)]
    [InlineData("/a", false)]
    [InlineData("a/", false)]
    [InlineData("a.", false)]
    [InlineData("a/.b", false)]
    [InlineData("a.lock", false)]
    [InlineData("0123456789012345678901234567890123456789", false)]
    public void Names_that_git_or_a_shell_could_misread_are_refused(string name, bool used) => Assert.Equal(used, BranchRules.Refusal(name) is null);

    [Fact]
    public void Work_begins_at_the_base_and_expects_no_branch()
    {
        var plan = Plan(new BranchWishes { Branch = "foreman/x" }, Remote("main"));

        Assert.Equal(("main", Shas[0], null, null), (plan.Base, plan.BaseSha, plan.RestoreSha, plan.ExpectedTip));
    }

    [Fact]
    public void Without_a_main_branch_the_default_of_the_server_is_the_base() =>
        Assert.Equal("trunk", Plan(new BranchWishes { Branch = "foreman/x" }, Remote("trunk") with { DefaultBranch = "trunk" }).Base);

    [Fact]
    public void A_base_that_was_asked_for_is_not_replaced_by_another() =>
        Assert.Equal(GitFault.NotFound, Assert.Throws<GitException>(() => Plan(new BranchWishes { Branch = "foreman/x", Base = "release" }, Remote("main"))).Fault);

    [Fact]
    public void With_reset_earlier_work_is_left_and_that_is_said()
    {
        var plan = Plan(new BranchWishes { Branch = "foreman/x", ReviseFrom = "foreman/x" }, Remote("main", "foreman/x"));

        Assert.Equal((null, Shas[1]), (plan.RestoreSha, plan.ExpectedTip));
        Assert.Contains("branchStrategy reset", plan.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void With_rebase_earlier_work_is_taken_up()
    {
        var plan = Plan(new BranchWishes { Branch = "foreman/x-r1", ReviseFrom = "foreman/x", Start = BranchStart.Rebase }, Remote("main", "foreman/x"));

        Assert.Equal((Shas[1], null, null), (plan.RestoreSha, plan.ExpectedTip, plan.Note));
    }

    [Theory]
    [InlineData("foreman/y")]
    [InlineData("foreman/x")]
    public void Earlier_work_that_is_gone_is_never_replaced_by_a_new_beginning(string gone)
    {
        var wishes = new BranchWishes { Branch = "foreman/x", ReviseFrom = gone, Start = BranchStart.Rebase, AllowOverwrite = true };

        var error = Assert.Throws<GitException>(() => Plan(wishes, gone == "foreman/x" ? Remote("main") : Remote("main", "foreman/x")));

        Assert.Equal(GitFault.NotFound, error.Fault);
        Assert.Contains($"`{gone}`", error.Message, StringComparison.Ordinal);
        Assert.Contains("reviseFromBranch", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void With_reset_it_does_not_matter_that_earlier_work_is_gone() =>
        Assert.Null(Plan(new BranchWishes { Branch = "foreman/x", ReviseFrom = "foreman/y" }, Remote("main")).RestoreSha);

    [Fact]
    public void Rebase_of_nothing_begins_at_the_base_and_that_is_said()
    {
        var plan = Plan(new BranchWishes { Branch = "foreman/x", Start = BranchStart.Rebase }, Remote("main", "foreman/x"));

        Assert.Equal((null, Shas[0], Shas[1]), (plan.RestoreSha, plan.BaseSha, plan.ExpectedTip));
        Assert.Contains("reviseFromBranch", plan.Note, StringComparison.Ordinal);
        Assert.Contains("`main`", plan.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void From_a_fork_the_base_is_the_upstreams_and_the_branch_the_forks()
    {
        var upstream = Remote("main");
        var fork = new Mirror(Address("me/x"), "", "main", new Dictionary<string, string> { ["main"] = Shas[4], ["foreman/x"] = Shas[5] });

        var plan = BranchRules.Plan(new BranchWishes { Branch = "foreman/x" }, upstream, fork);

        Assert.Equal((Shas[0], Shas[5]), (plan.BaseSha, plan.ExpectedTip));
    }

    [Theory]
    [InlineData("main", null)]
    [InlineData("release", "release")]
    public void Work_never_goes_onto_the_base_or_the_default_branch(string branch, string? baseBranch) =>
        Assert.Equal(GitFault.NotAllowed, Assert.Throws<GitException>(() => Plan(new BranchWishes { Branch = branch, Base = baseBranch }, Remote("main", "release"))).Fault);

    [Theory]
    [InlineData("https://github.com/o/r")]
    [InlineData("O/R")]
    public void A_repository_that_is_named_in_two_ways_is_one(string written)
    {
        var upstream = Remote("main", "release");
        var push = upstream with { Address = Address(written) };

        Assert.Equal(GitFault.NotAllowed, Assert.Throws<GitException>(() => BranchRules.Plan(new BranchWishes { Branch = "release", Base = "release" }, upstream, push)).Fault);
    }

    [Theory]
    [InlineData("foreman", "foreman/x")]
    [InlineData("foreman/x/y", "foreman/x")]
    public void A_name_that_another_branch_leaves_no_room_for_is_refused(string there, string branch)
    {
        var refused = Assert.Throws<GitException>(() => Plan(new BranchWishes { Branch = branch }, Remote("main", there)));

        Assert.Equal(GitFault.NotAllowed, refused.Fault);
        Assert.Contains($"`{there}`", refused.Message, StringComparison.Ordinal);
        Assert.Equal("foreman/x", Plan(new BranchWishes { Branch = "foreman/x" }, Remote("main", "foreman/xy", "foreman-1")).Branch);
    }

    [Fact]
    public void An_existing_branch_is_looked_at_as_it_is()
    {
        var remote = Remote("main", "foreman/x");

        var plan = BranchRules.Existing("foreman/x", null, remote, remote);

        Assert.Equal((Shas[1], Shas[0]), (plan.AtSha, plan.BaseSha));
        Assert.Equal(GitFault.NotFound, Assert.Throws<GitException>(() => BranchRules.Existing("foreman/y", null, remote, remote)).Fault);
    }

    [Fact]
    public void A_servers_list_is_read_without_names_that_are_not_used()
    {
        var heads = RemoteHeads.Parse($"ref: refs/heads/main\tHEAD\n{Shas[0]}\tHEAD\n{Shas[0]}\trefs/heads/main\n{Shas[1]}\trefs/heads/-x\nnonsense\n{Shas[2]}\trefs/tags/v1\nxyz\trefs/heads/y\n");

        Assert.Equal("main", heads.Default);
        Assert.Equal(["main"], heads.Branches.Keys);
    }

    private static BranchPlan Plan(BranchWishes wishes, Mirror remote) => BranchRules.Plan(wishes, remote, remote);

    private static Mirror Remote(params string[] branches) => new(Address("o/r"), "", "main", branches.Select((b, i) => (b, Shas[i])).ToDictionary(b => b.b, b => b.Item2));

    private static RepositoryAddress Address(string name) => RepositoryAddress.Parse(name, AddressRules.Default);
}
