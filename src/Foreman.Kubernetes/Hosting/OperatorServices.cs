using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Foreman.Kubernetes;

/// <summary>Registers controllers with a host.</summary>
public static class OperatorServices
{
    /// <summary>
    /// Adds an operator, to which controllers are added next. It needs an <see cref="IKubernetes"/> among the services.
    /// What is missing or contradicts itself ends the host's start with an <see cref="OperatorRegistrationException"/>
    /// that lists everything, before anything was started. The <see cref="ReflectorSet"/> that it adds holds the stores of all
    /// controllers, each kind and selection once; a controller may ask it for others, to read from.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Changes the options; null for the defaults.</param>
    public static KubernetesOperatorBuilder AddKubernetesOperator(this IServiceCollection services, Func<OperatorOptions, OperatorOptions>? configure = null)
    {
        var options = new OperatorOptions();
        services.AddSingleton(configure?.Invoke(options) ?? options);
        services.TryAddSingleton(provider => new ReflectorSet(
            provider.GetRequiredService<IKubernetes>(), new() { Time = provider.GetRequiredService<OperatorOptions>().Time }));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, OperatorService>());
        return new(services);
    }
}

/// <summary>Adds controllers to an operator.</summary>
public sealed class KubernetesOperatorBuilder
{
    internal KubernetesOperatorBuilder(IServiceCollection services) => Services = services;

    /// <summary>The host's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Adds a controller. Each reconcile gets one from a scope of its own.</summary>
    /// <typeparam name="TController">The controller; its constructor takes what it needs from the services.</typeparam>
    /// <typeparam name="TEntity">Kind that it reconciles; at most one controller for each kind.</typeparam>
    /// <param name="configure">Changes the options, for example <c>o => o.Owns&lt;V1ConfigMap&gt;() with { Workers = 4 }</c>; null for the defaults.</param>
    public KubernetesOperatorBuilder AddController<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TController, TEntity>(
        Func<ControllerOptions<TEntity>, ControllerOptions<TEntity>>? configure = null)
        where TController : class, IEntityController<TEntity>
        where TEntity : class, IResource<TEntity>
    {
        Services.TryAddScoped<TController>();
        Services.AddSingleton<IControllerRegistration>(new ControllerRegistration<TController, TEntity>(configure));
        return this;
    }
}
