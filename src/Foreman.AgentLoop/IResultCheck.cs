namespace Foreman.AgentLoop;

/// <summary>Looks at a result GO of the model before it ends the run.</summary>
public interface IResultCheck
{
    /// <summary>How often the model may correct its result, from 0.</summary>
    int Rounds { get; }

    /// <summary>Looks at the workspace as it is now.</summary>
    /// <param name="round">Which correction would follow, from 1; one more than <see cref="Rounds"/> when none does.</param>
    /// <param name="cancellationToken">Gives up; nothing that was started runs any more.</param>
    /// <returns>Why the result is not accepted, as a message to the model; null when it is.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    Task<string?> CheckAsync(int round, CancellationToken cancellationToken);
}
