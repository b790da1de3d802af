namespace Foreman.Operator.Live;

/// <summary>Shows progress.</summary>
/// <typeparam name="TState">What is shown, as it stands at a moment.</typeparam>
internal interface ILiveView<TState>
{
    /// <summary>Runs the work and shows every state that it reports.</summary>
    /// <param name="work">Reports states by calling what it is given; from one thread at a time.</param>
    Task ShowAsync(Func<Action<TState>, Task> work);
}
