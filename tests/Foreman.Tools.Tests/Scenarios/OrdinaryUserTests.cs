using Foreman.Testing;

namespace Foreman.Tools.Tests.Scenarios;

/// <summary>The attacks once more where the agent is an ordinary user: without control groups, and with other rights to namespaces.</summary>
public sealed class OrdinaryUserTests
{
    private const string Nobody = "65534";

    [Theory]
    [InlineData(typeof(CageAttackTests))]
    [InlineData(typeof(McpAttackTests))]
    public async Task A2_57_to_60_All_attacks_fail_as_an_ordinary_user_too(Type attacks)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "these tests run as an ordinary user already");

        await using var tests = RealProcess.Start(new ProcessRequest
        {
            Program = "/usr/bin/setpriv",
            Arguments =
            [
                "--reuid", Nobody, "--regid", Nobody, "--clear-groups", "--no-new-privs", Environment.ProcessPath!,
                "-noLogo", "-noColor", "-class", attacks.FullName!,
            ],
        });

        Assert.True(await tests.WaitForExitAsync(TimeSpan.FromMinutes(5)) == 0, tests.Output);
    }
}
