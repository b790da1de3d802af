namespace Foreman.Scheduling;

/// <summary>The operator's writes to a task.</summary>
public enum TaskWriteKind
{
    /// <summary>Pending → Scheduled.</summary>
    Assign,

    /// <summary>Scheduled or Running → Pending.</summary>
    TakeBack,

    /// <summary>Pending → Failed.</summary>
    End,

    /// <summary>Why a Pending task waits.</summary>
    Wait,
}
