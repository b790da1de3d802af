using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Foreman.Kubernetes.Tests;

public sealed class OperatorRegistrationsTests
{
    [Fact]
    public async Task All_registration_errors_are_reported_and_nothing_is_started()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        var other = new OtherService();
        builder.Services.AddSingleton<IHostedService>(other);
        builder.Services.AddKubernetesOperator(o => o with { LeaderElection = new() { RetryPeriod = TimeSpan.FromMinutes(1) } })
            .AddController<NeedyController, Widget>()
            .AddController<PlainController, Widget>(o => o with { Workers = 0 });
        using var host = builder.Build();

        var error = await Assert.ThrowsAsync<OperatorRegistrationException>(() => host.StartAsync());

        Assert.Collection(
            error.Errors,
            problem => Assert.Contains("Widget (testing.foreman.dev/v1) has 2 controllers, NeedyController and PlainController", problem, StringComparison.Ordinal),
            problem => Assert.Contains("no IKubernetes among the services", problem, StringComparison.Ordinal),
            problem => Assert.Contains("NeedyController can't be made", problem, StringComparison.Ordinal),
            problem => Assert.Contains("PlainController: Workers is 0", problem, StringComparison.Ordinal));
        Assert.All(error.Errors, problem => Assert.Contains(problem, error.Message, StringComparison.Ordinal));
        Assert.False(other.Started);
    }

    [Fact]
    public void Invalid_leader_election_times_and_a_failing_client_factory_are_reported()
    {
        Assert.Contains("Leader election: RenewDeadline", Assert.Single(Errors(
            services => services.AddSingleton<IKubernetes>(new KubernetesClient(new() { Host = new("http://localhost:1") })),
            o => o with { LeaderElection = new() { RetryPeriod = TimeSpan.FromMinutes(1) } })), StringComparison.Ordinal);
        Assert.Equal("The client can't be made: no such file", Assert.Single(Errors(
            services => services.AddSingleton<IKubernetes>(_ => throw new InvalidOperationException("no such file")), o => o)));
    }

    [Fact]
    public void An_operator_without_controllers_or_added_twice_is_reported()
    {
        var services = new ServiceCollection().AddLogging();
        services.AddKubernetesOperator();
        services.AddKubernetesOperator();
        services.AddSingleton<IKubernetes>(new KubernetesClient(new() { Host = new("http://localhost:1") }));
        using var provider = services.BuildServiceProvider();

        var errors = OperatorRegistrations.Errors(provider, [.. provider.GetServices<OperatorOptions>()], []).ToList();

        Assert.Equal(2, errors.Count);
        Assert.Contains("more than once", errors[0], StringComparison.Ordinal);
        Assert.Contains("There is no controller", errors[1], StringComparison.Ordinal);
    }

    private static List<string> Errors(Action<IServiceCollection> add, Func<OperatorOptions, OperatorOptions> configure)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        add(services);
        services.AddKubernetesOperator(configure).AddController<PlainController, Widget>();
        using var provider = services.BuildServiceProvider();
        return [.. OperatorRegistrations.Errors(provider, [.. provider.GetServices<OperatorOptions>()], [.. provider.GetServices<IControllerRegistration>()])];
    }

    private sealed class OtherService : IHostedService
    {
        public bool Started { get; private set; }

        public Task StartAsync(CancellationToken cancellationToken)
        {
            Started = true;
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class PlainController : IEntityController<Widget>
    {
        public Task<ReconcileResult> ReconcileAsync(ReconcileContext<Widget> context, CancellationToken cancellationToken) => Task.FromResult(ReconcileResult.Done);
    }

    private sealed class NeedyController(Uri neverRegistered) : IEntityController<Widget>
    {
        public Task<ReconcileResult> ReconcileAsync(ReconcileContext<Widget> context, CancellationToken cancellationToken) =>
            throw new InvalidOperationException(neverRegistered.ToString());
    }
}
