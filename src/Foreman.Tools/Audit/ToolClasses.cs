using Foreman.Api;

namespace Foreman.Tools.Audit;

/// <summary>What a call can do, for permissions and the audit log.</summary>
[Flags]
public enum ToolClasses
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>It reads files of the run.</summary>
    Read = 1,

    /// <summary>It changes files of the run.</summary>
    Write = 2,

    /// <summary>It runs programs.</summary>
    Exec = 4,

    /// <summary>It opens network connections beyond the model server.</summary>
    Network = 8,

    /// <summary>Its effects can't be undone; it is refused, since nobody can approve it.</summary>
    Irreversible = 16,
}

/// <summary>Derives the classes of tools from their traits.</summary>
public static class ToolPermissions
{
    /// <summary>The classes of a tool; one without traits is taken for one that changes files.</summary>
    /// <param name="traits">Null when there is no such tool.</param>
    public static ToolClasses ClassesOf(ToolTraits? traits)
    {
        if (traits is not { } known)
        {
            return ToolClasses.None;
        }

        if (known == ToolTraits.None)
        {
            return ToolClasses.Read | ToolClasses.Write;
        }

        var files = !known.HasFlag(ToolTraits.NeedsWorkspace) ? ToolClasses.None : known.HasFlag(ToolTraits.ReadOnly) ? ToolClasses.Read : ToolClasses.Read | ToolClasses.Write;
        return files
            | (known.HasFlag(ToolTraits.RunsCommands) ? ToolClasses.Exec : ToolClasses.None)
            | (known.HasFlag(ToolTraits.NeedsNetwork) ? ToolClasses.Network : ToolClasses.None)
            | (known.HasFlag(ToolTraits.Irreversible) ? ToolClasses.Irreversible : ToolClasses.None);
    }

    /// <summary>Why a listed tool is refused all the same; null when it is not.</summary>
    /// <param name="name">As the model wrote it.</param>
    /// <param name="classes">Of the tool.</param>
    public static string? Refusal(string name, ToolClasses classes) => classes.HasFlag(ToolClasses.Irreversible)
        ? $"the effects of {name} can't be undone, and this release has nobody who could approve that; go another way"
        : null;

    /// <summary>The classes as words of the audit log.</summary>
    /// <param name="classes">Any.</param>
    public static IReadOnlyList<string> Words(ToolClasses classes) =>
    [
        .. new[] { (ToolClasses.Read, "read"), (ToolClasses.Write, "write"), (ToolClasses.Exec, "exec"), (ToolClasses.Network, "network"), (ToolClasses.Irreversible, "irreversible") }
            .Where(c => classes.HasFlag(c.Item1)).Select(c => c.Item2),
    ];
}
