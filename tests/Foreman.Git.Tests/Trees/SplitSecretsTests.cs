using Foreman.Git.Trees;

namespace Foreman.Git.Tests.Trees;

public class SplitSecretsTests
{
    private const string Secret = "canary_0123456789abcdef";

    [Theory]
    [InlineData("x = \"canary_01234\" + \"56789abcdef\";")]
    [InlineData("canary_01234\n56789abcdef")]
    [InlineData("c\na\nn\na\nr\ny\n_\n0123456789\nabcdef")]
    [InlineData("zzz canary_0123\n  \\ 45678\n9abcdef zzz")]
    public void A_value_in_pieces_is_found_once(string text)
    {
        var split = new SplitSecrets([Secret]);

        Assert.Single(text.Split('\n'), line => split.IsIn(line, "a.txt"));
        Assert.False(split.IsIn("more", "a.txt"));
    }

    [Fact]
    public void Pieces_of_different_files_are_not_put_together()
    {
        var split = new SplitSecrets([Secret]);

        Assert.False(split.IsIn("canary_01234", "a.txt"));
        Assert.False(split.IsIn("56789abcdef", "b.txt"));
    }

    [Fact]
    public void Short_values_are_not_looked_for_in_pieces() => Assert.False(new SplitSecrets(["pass-word"]).IsIn("pass word", "a.txt"));
}
