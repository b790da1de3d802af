namespace Foreman.Operator.Try;

/// <summary>Shows progress.</summary>
internal interface ITryView
{
    /// <summary>Runs the work and shows every state that it reports.</summary>
    /// <param name="work">Reports states by calling what it is given; from one thread at a time.</param>
    Task ShowAsync(Func<Action<TryState>, Task> work);
}
