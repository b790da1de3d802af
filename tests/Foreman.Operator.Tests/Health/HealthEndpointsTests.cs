using System.Net;
using Foreman.Hosting;
using Foreman.Operator.Cli;
using Foreman.Operator.Health;
using Foreman.Primitives;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Health;

public sealed class HealthEndpointsTests
{
    [Fact]
    public async Task An_operator_that_should_be_restarted_says_why_to_the_liveness_probe()
    {
        string? problem = null;
        var (endpoints, address) = await StartAsync(new HealthSources(() => problem, () => "not yet", () => ""));
        await using var stopped = endpoints;
        using var http = new HttpClient { BaseAddress = address };

        using var healthy = await http.GetAsync(new Uri("healthz", UriKind.Relative));
        problem = "the work of its leader has not ended";
        using var unhealthy = await http.GetAsync(new Uri("healthz", UriKind.Relative));
        using var notReady = await http.GetAsync(new Uri("readyz", UriKind.Relative));

        Assert.Equal((HttpStatusCode.OK, "ok"), (healthy.StatusCode, await healthy.Content.ReadAsStringAsync()));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, problem), (unhealthy.StatusCode, await unhealthy.Content.ReadAsStringAsync()));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "not yet"), (notReady.StatusCode, await notReady.Content.ReadAsStringAsync()));
    }

    /// <summary>Starts on a free port, or on the next one when another process was faster.</summary>
    private static async Task<(HealthEndpoints Endpoints, Uri Address)> StartAsync(HealthSources sources)
    {
        for (var tries = 1; ; tries++)
        {
            var address = $"127.0.0.1:{FreePort.Next()}";
            try
            {
                var settings = new OperatorSettings { StateDir = "", HealthAddress = BindAddress.Parse(address) };
                return ((await HealthEndpoints.StartAsync(settings, sources, CancellationToken.None))!, new($"http://{address}/"));
            }
            catch (ExitException) when (tries < 5)
            {
                // Taken since.
            }
        }
    }
}
