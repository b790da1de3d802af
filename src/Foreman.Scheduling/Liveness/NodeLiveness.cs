namespace Foreman.Scheduling;

/// <summary>What is known about the agent of a host.</summary>
public enum NodeLiveness
{
    /// <summary>No Lease was ever seen in the foreman-namespace: not this operator's host.</summary>
    Unmanaged,

    /// <summary>It renews its Lease.</summary>
    Live,

    /// <summary>Silent for a while: gets nothing new, keeps what it has.</summary>
    Suspect,

    /// <summary>Silent together with most others, of the fleet or of its site: nothing is concluded.</summary>
    Unknown,

    /// <summary>Silent for so long that its tasks are placed elsewhere.</summary>
    Dead,

    /// <summary>Stopped and released its Lease.</summary>
    Stopped,
}
