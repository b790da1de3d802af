using Foreman.Operator.Try;

namespace Foreman.Operator.Tests.Try;

public class ManifestsTests
{
    [Fact]
    public void A_change_in_a_clone_begins_at_the_branch_that_it_has_checked_out()
    {
        var payload = Manifests.Task(new TryOptions { Prompt = "p", Repo = "/tmp/a b", BaseBranch = "fix/one" })["spec"]!["payload"]!.AsObject();

        Assert.Equal(("p", "file:///tmp/a%20b", "fix/one"), ((string?)payload["prompt"], (string?)payload["repo"], (string?)payload["baseBranch"]));
    }

    [Fact]
    public void Without_a_clone_there_is_only_a_prompt() =>
        Assert.Equal(["prompt"], Manifests.Task(new TryOptions { Prompt = "p" })["spec"]!["payload"]!.AsObject().Select(p => p.Key));
}
