using Foreman.Git.Forges;

namespace Foreman.Git.Tests.Forges;

public class ForgeRepositoryTests
{
    [Theory]
    [InlineData("acme/widgets", "acme", "widgets")]
    [InlineData("group/sub/name.js", "group/sub", "name.js")]
    public void Full_names_have_an_owner_and_a_name(string text, string owner, string name)
    {
        var repository = ForgeRepository.Parse(text)!;

        Assert.Equal((text, owner, name), (repository.ToString(), repository.Owner, repository.Name));
    }

    [Theory]
    [InlineData("widgets")]
    [InlineData("acme/../widgets")]
    [InlineData("acme/./widgets")]
    [InlineData("acme//widgets")]
    [InlineData("/acme/widgets")]
    [InlineData("acme/wid gets")]
    [InlineData("acme/widgets?x=y")]
    [InlineData("acme/widgets%2f..")]
    [InlineData("")]
    public void What_would_be_another_path_is_none(string text) => Assert.Null(ForgeRepository.Parse(text));
}
