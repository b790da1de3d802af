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
    /// <summary>How well it confines.</summary>
    CageMode Mode { get; }

    /// <summary>Why it is no better; null when it is the best.</summary>
    string? Reason { get; }

    /// <summary>True when the end of the first process ends all others at once.</summary>
    bool EndsWithFirstProcess { get; }

    /// <summary>The program to start and its arguments.</summary>
    /// <param name="policy">What the command may do.</param>
    /// <param name="command">The command.</param>
    IReadOnlyList<string> Plan(CagePolicy policy, CageCommand command);
}
