namespace Foreman.Hosting.Tests.Telemetry;

public class TelemetrySettingsTests
{
    private const string Url = "http://collector:4318";

    [Theory]
    [InlineData("")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=")]
    [InlineData("OTEL_SERVICE_NAME=x")]
    [InlineData("OTEL_SDK_DISABLED=TRUE OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318")]
    [InlineData("OTEL_TRACES_EXPORTER=none OTEL_METRICS_EXPORTER=none OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318")]
    public void Without_an_endpoint_nothing_is_made(string variables) => Assert.Null(Read(variables));

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", true, true)]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", true, false)]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", false, true)]
    public void An_endpoint_switches_its_signals_on(string variable, bool traces, bool metrics)
    {
        var settings = Read($"OTEL_SDK_DISABLED=false {variable}={Url}")!;

        Assert.Equal((traces, metrics), (settings.Traces, settings.Metrics));
        Assert.Empty(settings.Problems);
    }

    [Fact]
    public void A_signal_can_be_switched_off() =>
        Assert.Equal((false, true), (Read($"OTEL_TRACES_EXPORTER=none OTEL_EXPORTER_OTLP_ENDPOINT={Url}")!.Traces, Read($"OTEL_TRACES_EXPORTER=none OTEL_EXPORTER_OTLP_ENDPOINT={Url}")!.Metrics));

    [Fact]
    public void What_cannot_be_followed_is_told_and_switched_off()
    {
        var settings = Read("OTEL_EXPORTER_OTLP_ENDPOINT=collector:4318 OTEL_TRACES_EXPORTER=zipkin")!;

        Assert.Equal((false, false), (settings.Traces, settings.Metrics));
        Assert.Equal(
            [
                "OTEL_TRACES_EXPORTER: `zipkin` is not supported: expected otlp or none. This signal is not exported",
                "OTEL_EXPORTER_OTLP_ENDPOINT: `collector:4318` is not valid: expected a URL, for example http://collector:4317. Nothing is exported there",
            ],
            settings.Problems);
    }

    private static TelemetrySettings? Read(string variables)
    {
        var environment = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('=', 2)).ToDictionary(v => v[0], v => v[1]);
        return TelemetrySettings.Read(environment.GetValueOrDefault);
    }
}
