using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Foreman.Kubernetes;

/// <summary>The registration of a controller.</summary>
internal interface IControllerRegistration
{
    /// <summary>Name of the controller's class.</summary>
    string ControllerName { get; }

    /// <summary>Kind that it reconciles.</summary>
    ResourceType Entity { get; }

    /// <summary>Errors of the registration, each with the controller's name.</summary>
    IEnumerable<string> Errors(IServiceProvider services, OperatorOptions shared);

    /// <summary>Makes the controller; nothing is started.</summary>
    /// <remarks>Its stores are those of the operator's <see cref="ReflectorSet"/>.</remarks>
    IOperatorController Create(IServiceProvider services, OperatorOptions shared, EventRecorder events);
}

internal sealed class ControllerRegistration<TController, TEntity>(Func<ControllerOptions<TEntity>, ControllerOptions<TEntity>>? configure) : IControllerRegistration
    where TController : class, IEntityController<TEntity>
    where TEntity : class, IResource<TEntity>
{
    public string ControllerName => typeof(TController).Name;

    public ResourceType Entity => TEntity.Type;

    public IEnumerable<string> Errors(IServiceProvider services, OperatorOptions shared)
    {
        foreach (var error in Options(shared).ValidationErrors())
        {
            yield return $"{ControllerName}: {error}.";
        }

        if (ActivationError(services) is { } reason)
        {
            yield return $"{ControllerName} can't be made: {reason}";
        }
    }

    public IOperatorController Create(IServiceProvider services, OperatorOptions shared, EventRecorder events)
    {
        var options = Options(shared) with { Logger = services.GetRequiredService<ILoggerFactory>().CreateLogger<TController>() };
        return new Controller<TEntity>(
            services.GetRequiredService<IKubernetes>(), ReconcileAsync, services.GetRequiredService<ReflectorSet>(), options with { Events = options.Events ?? events });

        async Task<ReconcileResult> ReconcileAsync(ReconcileContext<TEntity> context, CancellationToken cancellationToken)
        {
            var scope = services.CreateAsyncScope();
            await using var _ = scope.ConfigureAwait(false);
            return await scope.ServiceProvider.GetRequiredService<TController>().ReconcileAsync(context, cancellationToken).ConfigureAwait(false);
        }
    }

    private ControllerOptions<TEntity> Options(OperatorOptions shared)
    {
        var options = new ControllerOptions<TEntity>
        {
            Namespaces = TEntity.Type.Namespaced ? shared.Namespaces : [],
            Time = shared.Time,
        };
        return configure?.Invoke(options) ?? options;
    }

    private static string? ActivationError(IServiceProvider services)
    {
        try
        {
            using var scope = services.CreateScope();
            return scope.ServiceProvider.GetService<TController>() is null ? "it is not among the services." : null;
        }
#pragma warning disable CA1031 // Any constructor may run here; its exception is the error.
        catch (Exception e)
        {
            return e.Message;
        }
#pragma warning restore CA1031
    }
}
