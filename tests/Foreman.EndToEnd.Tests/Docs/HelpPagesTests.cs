using Foreman.Testing;

namespace Foreman.EndToEnd.Tests.Docs;

public class HelpPagesTests
{
    [Fact]
    public async Task The_reference_shows_the_flags_that_the_programs_have()
    {
        var run = await CommandRun.RunAsync(new ProcessRequest { Program = RepositoryRoot.At("hack/help-pages"), Arguments = ["--check"] });

        Assert.True(run.ExitCode == 0, run.Error);
    }
}
