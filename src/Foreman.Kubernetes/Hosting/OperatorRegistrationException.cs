namespace Foreman.Kubernetes;

/// <summary>The registrations of an operator can't work. Nothing was started.</summary>
public sealed class OperatorRegistrationException : Exception
{
    /// <summary>Makes an error of all that is wrong.</summary>
    /// <param name="gaps">What is wrong and what to do, one sentence each.</param>
    public OperatorRegistrationException(IReadOnlyList<string> gaps)
        : base($"The operator can't start:{string.Concat(gaps.Select(gap => $"\n- {gap}"))}") => Gaps = gaps;

    /// <summary>What is wrong and what to do, one sentence each.</summary>
    public IReadOnlyList<string> Gaps { get; }
}
