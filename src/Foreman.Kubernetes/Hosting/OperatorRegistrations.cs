using Microsoft.Extensions.DependencyInjection;

namespace Foreman.Kubernetes;

/// <summary>Validates the registrations of an operator and reports all errors at once.</summary>
internal static class OperatorRegistrations
{
    public static IEnumerable<string> Errors(
        IServiceProvider services, IReadOnlyCollection<OperatorOptions> options, IReadOnlyCollection<IControllerRegistration> registrations)
    {
        if (options.Count > 1)
        {
            yield return "AddKubernetesOperator was called more than once: call it once and add all controllers to what it returns.";
        }

        if (registrations.Count == 0)
        {
            yield return "There is no controller: add one with AddController<TController, TEntity>().";
        }

        foreach (var same in registrations.GroupBy(r => r.Entity).Where(group => group.Count() > 1))
        {
            yield return $"{same.Key.Kind} ({same.Key.ApiVersion}) has {same.Count()} controllers, {string.Join(" and ", same.Select(r => r.ControllerName))}: they would undo each other's work, keep one.";
        }

        var (client, failure) = Client(services);
        if (failure is not null)
        {
            yield return $"The client can't be made: {failure}";
        }
        else if (client is null)
        {
            yield return "There is no IKubernetes among the services: add one, for example services.AddSingleton<IKubernetes>(_ => new KubernetesClient(KubernetesClientConfiguration.BuildDefaultConfig())).";
        }

        foreach (var error in registrations.SelectMany(r => r.Errors(services, options.First())))
        {
            yield return error;
        }

        if (client is not null && options.First().LeaderElection is { } election && OperatorLeadership.ValidationError(client, election) is { } problem)
        {
            yield return $"Leader election: {problem}.";
        }
    }

    private static (IKubernetes? Client, string? Failure) Client(IServiceProvider services)
    {
        try
        {
            return (services.GetService<IKubernetes>(), null);
        }
#pragma warning disable CA1031 // The user's factory runs here; its exception is the error.
        catch (Exception e)
        {
            return (null, e.Message);
        }
#pragma warning restore CA1031
    }
}
