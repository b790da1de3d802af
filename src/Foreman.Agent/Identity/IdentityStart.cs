using Foreman.Agent.Hosting;
using Microsoft.Extensions.Hosting;

namespace Foreman.Agent.Identity;

/// <summary>The first step of the start: a token that lives.</summary>
internal sealed class IdentityStart(AgentContext context, TokenRenewal renewal) : IHostedService
{
    /// <exception cref="Foreman.Hosting.ExitException">The start can't be completed.</exception>
    public Task StartAsync(CancellationToken cancellationToken) => new StartRetry(context).RunAsync(
        async cancel =>
        {
            await renewal.BeginAsync(cancel);
            return true;
        },
        cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
