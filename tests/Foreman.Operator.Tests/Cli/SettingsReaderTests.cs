using System.Net;
using Foreman.Operator.Cli;

namespace Foreman.Operator.Tests.Cli;

public class SettingsReaderTests
{
    [Fact]
    public void Defaults_are_the_ports_and_the_namespace_that_operators_have_today()
    {
        var settings = Read([], []);

        Assert.Equal((8081, 8082), (settings.MetricsAddress?.Port, settings.HealthAddress?.Port));
        Assert.Equal(("foreman-system", false, true), (settings.ForemanNamespace, settings.LeaderElect, settings.AllowCloudProviders));
        Assert.Equal("/srv/me/.local/state/foreman-operator", settings.StateDir);
        Assert.Empty(settings.Warnings);
    }

    [Fact]
    public void The_command_line_goes_before_the_environment()
    {
        var settings = Read(new() { ["foreman-namespace"] = "a" }, new() { ["FOREMAN_FOREMAN_NAMESPACE"] = "b", ["FOREMAN_LEADER_ELECT"] = "true" });

        Assert.Equal(("a", true), (settings.ForemanNamespace, settings.LeaderElect));
    }

    [Fact]
    public void A_flag_without_effect_is_warned_about_only_when_it_changes_something()
    {
        Assert.Equal(
            ["--webhook-port has no effect: rules stand in the CRDs and need no webhooks"],
            Read(new() { ["webhook-port"] = "1", ["enable-webhooks"] = "true" }, []).Warnings);
    }

    [Fact]
    public void Every_fault_is_told_at_once_and_names_where_the_value_came_from()
    {
        var reader = Reader(
            new() { ["leader-elect"] = "maybe", ["start-timeout"] = "soon", ["inference-base-url-override"] = "not a url" },
            new() { ["FOREMAN_METRICS_BIND_ADDRESS"] = "nowhere" });
        SettingsReader.Read(reader, _ => null);

        Assert.Equal(
            [
                "--inference-base-url-override: `not a url` is not valid: expected a base URL, for example http://127.0.0.1:8080",
                "--leader-elect: `maybe` is not valid: expected true or false",
                "FOREMAN_METRICS_BIND_ADDRESS: `nowhere` is not valid: expected an address as :8081 or 127.0.0.1:8081, or 0 for none",
                "--start-timeout: `soon` is not valid: expected a duration, for example 90s or 2m",
            ],
            reader.Faults);
    }

    [Theory]
    [InlineData(":8081", "[::]:8081")]
    [InlineData("127.0.0.1:1", "127.0.0.1:1")]
    [InlineData("localhost:2", "127.0.0.1:2")]
    [InlineData("[::1]:3", "[::1]:3")]
    public void Addresses_are_read_as_operators_write_them(string text, string expected) =>
        Assert.Equal(IPEndPoint.Parse(expected), BindAddress.Parse(text));

    [Theory]
    [InlineData("8081")]
    [InlineData("host:99999")]
    [InlineData("no-such-address:1")]
    public void What_is_no_address_is_none(string text) => Assert.Null(BindAddress.Parse(text));

    [Theory]
    [InlineData("90s", 90)]
    [InlineData("1h30m", 5400)]
    [InlineData("1.5s", 1.5)]
    [InlineData("250ms", 0.25)]
    [InlineData("0", 0)]
    public void Durations_are_read_as_operators_write_them(string text, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), GoDuration.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("99999999999999999h")]
    public void What_is_no_duration_is_none(string text) => Assert.Null(GoDuration.Parse(text));

    private static FlagReader Reader(Dictionary<string, string> flags, Dictionary<string, string> environment) =>
        new(f => flags.GetValueOrDefault(f.Name), environment.GetValueOrDefault);

    private static OperatorSettings Read(Dictionary<string, string> flags, Dictionary<string, string> environment) =>
        SettingsReader.Read(Reader(flags, environment), new Dictionary<string, string> { ["HOME"] = "/srv/me" }.GetValueOrDefault);
}
