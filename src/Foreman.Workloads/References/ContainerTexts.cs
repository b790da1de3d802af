using System.Globalization;
using Foreman.Api;

namespace Foreman.Workloads;

/// <summary>The texts of a container that may hold references to other steps: its arguments and the values of its variables. Pure.</summary>
internal static class ContainerTexts
{
    /// <summary>The texts, each with its field; none without a container.</summary>
    /// <param name="container">The container; null for none.</param>
    public static IEnumerable<(string Field, string Text)> Of(TaskContainer? container) => container is null
        ? []
        : Arguments(container).Concat((container.Env ?? []).Where(v => v.Value is not null).Select(v => (FieldOf(v), v.Value!)));

    /// <summary>The container with each text replaced.</summary>
    /// <param name="container">The container.</param>
    /// <param name="change">Text to the new text.</param>
    public static TaskContainer Map(TaskContainer container, Func<string, string> change) => container with
    {
        Args = container.Args is { Count: > 0 } args ? [.. args.Select(change)] : container.Args,
        Env = container.Env is { Count: > 0 } variables
            ? [.. variables.Select(v => v.Value is { } value ? v with { Value = change(value) } : v)]
            : container.Env,
    };

    private static IEnumerable<(string Field, string Text)> Arguments(TaskContainer container) =>
        (container.Args ?? []).Select((text, index) => (string.Create(CultureInfo.InvariantCulture, $"container.args[{index}]"), text));

    private static string FieldOf(ContainerVariable variable) => $"container.env.{variable.Name}";
}
