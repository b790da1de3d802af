namespace Foreman.Kubernetes;

/// <summary>The registrations of an operator are invalid. Nothing was started.</summary>
public sealed class OperatorRegistrationException : Exception
{
    /// <summary>Makes an exception for all errors.</summary>
    /// <param name="errors">What is wrong and what to do, one sentence each.</param>
    public OperatorRegistrationException(IReadOnlyList<string> errors)
        : base($"The operator can't start:{string.Concat(errors.Select(error => $"\n- {error}"))}") => Errors = errors;

    /// <summary>What is wrong and what to do, one sentence each.</summary>
    public IReadOnlyList<string> Errors { get; }
}
