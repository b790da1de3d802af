using Foreman.Testing.Kubelet;

namespace Foreman.Testing.Tests.Kubelet;

[Trait("Kind", "15")]
public sealed class LaunchScriptTests
{
    [Fact]
    public async Task Any_text_is_one_word_of_the_shell()
    {
        const string Text = "it's \"$HOME\" `id` \\ and\nmore";

        var run = await CommandRun.RunAsync(new ProcessRequest { Program = "/bin/sh", Arguments = ["-c", $"printf %s {LaunchScript.Quote(Text)}"] });

        Assert.Equal(Text, run.Succeeded().Output);
    }

    [Fact]
    public void Nothing_is_seen_at_a_place_of_the_machine_that_is_shown_already()
    {
        var host = new HostView(["/usr"], ["/bin"], []);
        var plan = new LaunchPlan { Folder = "/runs/1", Command = ["/opt/app/run"], HostPaths = ["/usr/lib/app", "/bin", "/opt/app"] };

        var script = LaunchScript.Text(plan, host);

        Assert.Contains("mount -o bind,ro '/opt/app' \"$root\"'/opt/app'\n", script, StringComparison.Ordinal);
        Assert.DoesNotContain("/usr/lib/app", script, StringComparison.Ordinal);
        Assert.DoesNotContain("mount -o bind,ro '/bin'", script, StringComparison.Ordinal);
    }
}
