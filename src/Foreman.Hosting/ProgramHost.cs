using System.Runtime.ExceptionServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Foreman.Hosting;

/// <summary>The generic host as both programs run it.</summary>
public static class ProgramHost
{
    /// <summary>
    /// A builder without configuration and logging providers: flags are read and the log is made before the host. Hosted
    /// services start one after the other and bound the time of their stop themselves.
    /// </summary>
    /// <param name="program">Name of the program.</param>
    /// <param name="logger">The program's log, registered as <see cref="ILogger"/>.</param>
    /// <param name="time">The program's clock, registered as <see cref="TimeProvider"/>.</param>
    /// <param name="stop">Stops the host.</param>
    public static HostApplicationBuilder CreateBuilder(string program, ILogger logger, TimeProvider time, CancellationToken stop)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = program, DisableDefaults = true });
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        builder.Services.AddSingleton(logger);
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton<HostOutcome>();
        builder.Services.AddSingleton<IHostLifetime>(provider => new TokenLifetime(provider.GetRequiredService<IHostApplicationLifetime>(), stop));
        return builder;
    }

    /// <summary>Starts the host, waits until it is stopped, stops its services in the reverse order and returns the exit code.</summary>
    /// <exception cref="OperationCanceledException">It was stopped before all services had started.</exception>
    /// <exception cref="Exception">The failure of a hosted service, as it was thrown.</exception>
    public static async Task<int> RunAsync(HostApplicationBuilder builder)
    {
        var host = builder.Build();
        try
        {
            var outcome = host.Services.GetRequiredService<HostOutcome>();
            var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
            ExceptionDispatchInfo? failure = null;
            try
            {
                await host.StartAsync(CancellationToken.None).ConfigureAwait(false);
                await lifetime.ApplicationStopping.WhenCancelledAsync().ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Thrown again below, once what had started has stopped.
            catch (Exception e)
#pragma warning restore CA1031
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }

            await host.StopAsync(CancellationToken.None).ConfigureAwait(false);
            failure = outcome.Failure is { } first ? ExceptionDispatchInfo.Capture(first) : failure;
            failure?.Throw();
            return outcome.ExitCode;
        }
        finally
        {
            await DisposeAsync(host).ConfigureAwait(false);
        }
    }

    private static async ValueTask DisposeAsync(IHost host)
    {
        if (host is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync().ConfigureAwait(false);
        }
        else
        {
            host.Dispose();
        }
    }

    /// <summary>Stops the host when a token is cancelled; the program itself listens for signals.</summary>
    private sealed class TokenLifetime(IHostApplicationLifetime lifetime, CancellationToken stop) : IHostLifetime, IDisposable
    {
        private CancellationTokenRegistration _registration;

        public Task WaitForStartAsync(CancellationToken cancellationToken)
        {
            _registration = stop.Register(lifetime.StopApplication);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose() => _registration.Dispose();
    }
}
