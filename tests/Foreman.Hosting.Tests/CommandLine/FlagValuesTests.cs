using System.Net;

namespace Foreman.Hosting.Tests.CommandLine;

public class FlagValuesTests
{
    private static readonly Flag Name = new("node-name", "here", "Name");
    private static readonly Flag Loud = new("loud", "true", "Loud") { Kind = FlagKind.Switch };
    private static readonly Flag Wait = new("wait", "10s", "Wait");
    private static readonly Flag Urls = new("urls", "", "URLs") { Kind = FlagKind.Repeated };
    private static readonly Flag Count = new("count", "", "Count");
    private static readonly Flag Bind = new("bind", ":1", "Bind");
    private static readonly Flag Old = Flag.WithoutEffect("old-flag", "1", "it is old");

    [Fact]
    public void The_command_line_goes_before_the_environment_and_that_before_the_default()
    {
        Assert.Equal(new FlagValue("a", "--node-name"), Values(new() { ["node-name"] = ["a"] }, new() { ["FOREMAN_NODE_NAME"] = "b" }).Of(Name));
        Assert.Equal(new FlagValue("b", "FOREMAN_NODE_NAME"), Values([], new() { ["FOREMAN_NODE_NAME"] = "b" }).Of(Name));
        Assert.Equal(new FlagValue("here", null), Values([], new() { ["FOREMAN_NODE_NAME"] = "" }).Of(Name));
    }

    [Fact]
    public void A_malformed_value_is_a_fault_and_the_default_is_taken()
    {
        var values = Values(
            new() { ["loud"] = ["maybe"], ["wait"] = ["soon"], ["urls"] = ["http://a:1", "b"], ["count"] = ["0"] },
            new() { ["FOREMAN_BIND"] = "nowhere" });

        Assert.True(values.Switch(Loud));
        Assert.Equal(TimeSpan.FromSeconds(10), values.Duration(Wait, TimeSpan.FromSeconds(1)));
        Assert.Equal([new Uri("http://a:1")], values.Urls(Urls));
        Assert.Null(values.Number(Count, 1));
        Assert.Null(values.Address(Bind));
        values.Switch(Loud);

        Assert.Equal(
            [
                "--loud: `maybe` is not valid: expected true or false",
                "--wait: `soon` is not valid: expected a duration of at least 1 s, for example 90s or 2m",
                "--urls: `b` is not valid: expected a base URL, for example http://127.0.0.1:8080",
                "--count: `0` is not valid: expected a whole number from 1 up",
                "FOREMAN_BIND: `nowhere` is not valid: expected an address as :8081 or 127.0.0.1:8081, or 0 for none",
            ],
            values.Faults);
        var exit = Assert.Throws<ExitException>(values.ThrowIfFaulty);
        Assert.Equal((ExitCodes.Usage, 5), (exit.ExitCode, exit.Messages.Count));
    }

    [Fact]
    public void Well_formed_values_are_no_faults()
    {
        var values = Values(new() { ["loud"] = ["0"], ["wait"] = ["1m"], ["bind"] = ["localhost:2"], ["count"] = ["3"], ["node-name"] = [" x "] }, []);

        Assert.False(values.Switch(Loud));
        Assert.Equal(TimeSpan.FromMinutes(1), values.Duration(Wait));
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 2), values.Address(Bind));
        Assert.Equal(3, values.Number(Count, 1));
        Assert.Equal("x", values.Text(Name));
        Assert.Equal("", values.OneOf(Count with { Name = "other" }, "a", "b"));
        values.ThrowIfFaulty();
    }

    [Fact]
    public void A_flag_without_effect_is_warned_about_only_when_it_changes_something()
    {
        Assert.Equal(["FOREMAN_OLD_FLAG has no effect: it is old"], Values([], new() { ["FOREMAN_OLD_FLAG"] = "2" }).Warnings([Old, Name]));
        Assert.Empty(Values(new() { ["old-flag"] = ["1"] }, []).Warnings([Old]));
    }

    private static FlagValues Values(Dictionary<string, string[]> commandLine, Dictionary<string, string> environment) =>
        new(flag => commandLine.GetValueOrDefault(flag.Name), environment.GetValueOrDefault);
}
