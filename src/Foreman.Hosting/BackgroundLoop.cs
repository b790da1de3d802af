using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Foreman.Hosting;

/// <summary>
/// A loop that runs while its host does. When it fails, the host stops, so that a process never goes on with a part of
/// itself missing; a loop that ends by itself has done its work.
/// </summary>
internal sealed class BackgroundLoop(Func<CancellationToken, Task> run, HostOutcome outcome, IHostApplicationLifetime lifetime) : BackgroundService
{
    /// <summary>The base class would end the loop when the start is cancelled, before the services that stop ahead of it have stopped.</summary>
    public override Task StartAsync(CancellationToken cancellationToken) => base.StartAsync(CancellationToken.None);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await run(stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
#pragma warning disable CA1031 // Recorded, and thrown again when the host has stopped.
        catch (Exception e)
#pragma warning restore CA1031
        {
            outcome.Fail(e);
            lifetime.StopApplication();
        }
    }
}

/// <summary>Registers loops.</summary>
public static class BackgroundLoopExtensions
{
    /// <summary>
    /// Runs a loop after every hosted service that was registered before has started, and until the host stops; services stop
    /// in the reverse order. A failure stops the host and is thrown by <see cref="ProgramHost.RunAsync"/>.
    /// </summary>
    public static IServiceCollection AddLoop(this IServiceCollection services, Func<IServiceProvider, Func<CancellationToken, Task>> loop) =>
        services.AddSingleton<IHostedService>(provider => new BackgroundLoop(
            loop(provider), provider.GetRequiredService<HostOutcome>(), provider.GetRequiredService<IHostApplicationLifetime>()));
}
