namespace Foreman.Sandbox;

/// <summary>How well commands are confined.</summary>
public enum CageMode
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>By Landlock and seccomp: files and system calls, but one view of processes with the agent.</summary>
    Reduced,

    /// <summary>With processes, mounts, network and users of its own.</summary>
    Full,
}

/// <summary>One way to confine a command: it makes of it the program that confines itself and then runs it.</summary>
public interface ICageLauncher
{
    /// <summary>The descriptor of <see cref="FilterPath"/>: one that every POSIX shell can name.</summary>
    const int FilterDescriptor = 9;

    /// <summary>How well it confines.</summary>
    CageMode Mode { get; }

    /// <summary>Why it is no better; null when it is the best.</summary>
    string? Reason { get; }

    /// <summary>True when the end of the first process ends all others at once.</summary>
    bool EndsWithFirstProcess { get; }

    /// <summary>Path of a filter of system calls that the program reads from its descriptor <see cref="FilterDescriptor"/>; null for none.</summary>
    /// <exception cref="CageException">It can't be made.</exception>
    string? FilterPath => null;

    /// <summary>The program to start and its arguments.</summary>
    /// <param name="policy">What the command may do.</param>
    /// <param name="command">The command.</param>
    IReadOnlyList<string> Plan(CagePolicy policy, CageCommand command);
}
