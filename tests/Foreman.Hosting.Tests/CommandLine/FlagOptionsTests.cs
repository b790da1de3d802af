using System.CommandLine;

namespace Foreman.Hosting.Tests.CommandLine;

public class FlagOptionsTests
{
    private static readonly Flag Name = new("name", "here", "Name");
    private static readonly Flag Loud = new("loud", "false", "Loud") { Kind = FlagKind.Switch };
    private static readonly Flag Url = new("url", "", "URL") { Kind = FlagKind.Repeated };

    [Theory]
    [InlineData("", "here", "false", "")]
    [InlineData("--name a --name=b", "b", "false", "")]
    [InlineData("--loud", "here", "true", "")]
    [InlineData("--loud --loud=false", "here", "false", "")]
    [InlineData("--loud sub --name a", "a", "true", "")]
    [InlineData("sub --url x --url=y", "here", "false", "x,y")]
    public void Values_are_read_as_they_were_given(string commandLine, string name, string loud, string url)
    {
        var root = new RootCommand { new Command("sub") };
        root.SetAction(_ => 0);
        var options = FlagOptions.AddTo(root, [Name, Loud, Url], recursive: true);

        var parsed = root.Parse(commandLine);

        Assert.Empty(parsed.Errors);
        Assert.Equal(commandLine.Contains("--", StringComparison.Ordinal), options.AnyGiven(parsed));
        var values = options.Read(parsed, _ => null);
        Assert.Equal((name, loud, url), (values.Of(Name).Text, values.Of(Loud).Text, values.Of(Url).Text));
    }
}
