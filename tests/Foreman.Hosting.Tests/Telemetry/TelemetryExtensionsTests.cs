using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Foreman.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Foreman.Hosting.Tests.Telemetry;

public sealed class TelemetryExtensionsTests : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly string _name = "test." + Guid.NewGuid();
    private readonly LockedLog _log = new();
    private Meter? _meter;

    public void Dispose()
    {
        _meter?.Dispose();
        _stop.Dispose();
        _log.Dispose();
    }

    [Fact]
    public async Task Spans_and_metrics_arrive_with_the_name_of_the_service()
    {
        await using var receiver = OtlpReceiver.Start();
        var run = await StartAsync(receiver.Environment);

        Measure();
        await Eventually.TrueAsync(() => receiver.HasReceived("/v1/metrics", "test.counter"), "the metrics");
        await _stop.CancelAsync();

        Assert.Equal(0, await run);
        Assert.True(receiver.HasReceived("/v1/traces", "test.span"));
        Assert.True(receiver.HasReceived("/v1/traces", "the-service"));
        Assert.True(receiver.HasReceived("/v1/metrics", "9.8.7"));
        Assert.Equal(["/v1/metrics", "/v1/traces"], receiver.Paths.Order());
        Assert.Equal("", _log.ToString());
    }

    [Fact]
    public async Task The_variables_of_OpenTelemetry_are_followed()
    {
        await using var receiver = OtlpReceiver.Start();
        var run = await StartAsync(new Dictionary<string, string?>(receiver.Environment)
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = null,
            ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = new Uri(receiver.Url, "elsewhere").ToString(),
            ["OTEL_TRACES_SAMPLER"] = "always_on",
        });

        Measure();
        await Eventually.TrueAsync(() => receiver.HasReceived("/elsewhere", "test.span"), "the span");
        await _stop.CancelAsync();

        await run;
        Assert.Equal(["/elsewhere"], receiver.Paths);
    }

    [Fact]
    public void Without_settings_nothing_is_made()
    {
        var builder = Builder(new Dictionary<string, string?>());
        using var host = builder.Build();

        Assert.Empty(host.Services.GetServices<IHostedService>());
        Assert.Null(host.Services.GetService<TracerProvider>());
        Assert.Null(host.Services.GetService<MeterProvider>());
        Assert.Null(builder.Configuration["PATH"]);
    }

    [Theory]
    [InlineData("http/protobuf")]
    [InlineData("grpc")]
    public async Task A_collector_that_does_not_answer_does_not_hold_up_the_end(string protocol)
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var run = await StartAsync(new Dictionary<string, string?>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}",
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol,
        });
        Measure();
        var clock = Stopwatch.StartNew();
        await _stop.CancelAsync();

        Assert.Equal(0, await run);

        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 4);
        Assert.Contains("could not be exported within 1.5 s", _log.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http/protobuf")]
    [InlineData("grpc")]
    public async Task A_failing_export_is_logged_once(string protocol)
    {
        var port = FreePort.Next();
        var run = await StartAsync(new Dictionary<string, string?>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{port}",
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol,
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "50",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "50",
        });
        Measure();

        await Eventually.TrueAsync(() => _log.ToString().Contains("Telemetry is not exported", StringComparison.Ordinal), "the log line");
        await _stop.CancelAsync();
        await run;

        var line = Assert.Single(_log.ToString().Split('\n'), l => l.Contains("Telemetry is not exported", StringComparison.Ordinal));
        Assert.Contains($"127.0.0.1:{port}", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_variable_that_cannot_be_followed_is_logged()
    {
        var run = await StartAsync(new Dictionary<string, string?> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "nowhere" });
        await _stop.CancelAsync();
        await run.WaitAsync(TestDeadline.Default);

        Assert.Contains("OTEL_EXPORTER_OTLP_ENDPOINT: `nowhere` is not valid", _log.ToString(), StringComparison.Ordinal);
    }

    private HostApplicationBuilder Builder(IReadOnlyDictionary<string, string?> environment)
    {
        var logger = new LineLoggerProvider(_log, LogLevel.Information, TimeProvider.System).CreateLogger("");
        var builder = ProgramHost.CreateBuilder("test", logger, TimeProvider.System, _stop.Token);
        builder.AddTelemetry(TelemetrySettings.Read(environment.GetValueOrDefault), new TelemetrySources("the-service", "9.8.7", [_name], [_name]));
        if (environment.Count > 0)
        {
            // After the variables of this process, as if they were among them.
            builder.Configuration.AddInMemoryCollection(environment);
        }

        return builder;
    }

    /// <summary>Starts a host and returns when it runs; the inner task is its end.</summary>
    private async Task<Task<int>> StartAsync(IReadOnlyDictionary<string, string?> environment)
    {
        var builder = Builder(environment);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        builder.Services.AddLoop(_ => _ =>
        {
            started.SetResult();
            return Task.CompletedTask;
        });
        var run = ProgramHost.RunAsync(builder);
        await started.Task.WaitAsync(TestDeadline.Default);
        return run.WaitAsync(TestDeadline.Default);
    }

    private void Measure()
    {
        using var source = new ActivitySource(_name);
        source.StartActivity("test.span")!.Dispose();
        _meter = new Meter(_name);
        _meter.CreateCounter<long>("test.counter").Add(1);
    }


    /// <summary>A log that can be read while it is written.</summary>
    private sealed class LockedLog : StringWriter
    {
        private readonly Lock _gate = new();

        public override void WriteLine(string? value)
        {
            lock (_gate)
            {
                base.WriteLine(value);
            }
        }

        public override string ToString()
        {
            lock (_gate)
            {
                return base.ToString();
            }
        }
    }
}
