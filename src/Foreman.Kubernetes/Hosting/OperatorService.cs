using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Foreman.Kubernetes;

/// <summary>Runs the controllers of an operator as part of a host.</summary>
internal sealed class OperatorService(
    IServiceProvider services, IEnumerable<OperatorOptions> options, IEnumerable<IControllerRegistration> registrations, IHostEnvironment environment) : BackgroundService, IHostedLifecycleService
{
    private readonly List<IControllerRegistration> _registrations = [.. registrations];
    private readonly List<OperatorOptions> _options = [.. options];

    /// <summary>Runs before any hosted service is started.</summary>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        var errors = OperatorRegistrations.Errors(services, _options, _registrations).ToList();
        return errors.Count == 0 ? Task.CompletedTask : throw new OperatorRegistrationException(errors);
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var shared = _options[0];
        var client = services.GetRequiredService<IKubernetes>();
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger<OperatorService>();
        var name = shared.Name ?? environment.ApplicationName;
        var events = new EventRecorder(client, new() { Component = name, Time = shared.Time, Logger = logger });
        var controllers = _registrations.Select(r => r.Create(services, shared, events)).ToList();
        using var watching = new CancellationTokenSource();
        var watches = services.GetRequiredService<ReflectorSet>().RunAsync(watching.Token);
        try
        {
            if (shared.LeaderElection is { } election)
            {
                await LeadAsync(OperatorLeadership.Create(client, election, name, shared.Time, logger), controllers, stoppingToken).ConfigureAwait(false);
            }
            else
            {
                await Task.WhenAll(controllers.Select(c => c.WorkAsync(fence: null, stoppingToken))).ConfigureAwait(false);
            }
        }
        finally
        {
            await watching.CancelAsync().ConfigureAwait(false);
            await watches.ConfigureAwait(false);
            controllers.ForEach(c => c.Dispose());
        }
    }

    private static async Task LeadAsync(OperatorLeadership leadership, List<IOperatorController> controllers, CancellationToken stoppingToken)
    {
        using (leadership)
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await leadership.Elector.RunAsync(
                    token => WorkAsync(leadership.Elector.GetFence(), controllers, token), stoppingToken).ConfigureAwait(false);
            }
        }
    }

    private static Task WorkAsync(LeaderFence fence, List<IOperatorController> controllers, CancellationToken cancellationToken) =>
        Task.WhenAll(controllers.Select(c => c.WorkAsync(fence, cancellationToken)));
}
