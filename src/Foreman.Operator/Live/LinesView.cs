namespace Foreman.Operator.Live;

/// <summary>Writes a line for everything that changes.</summary>
/// <param name="writer">Where to.</param>
/// <param name="before">What stands before the first state.</param>
/// <param name="between">The lines between two states.</param>
internal sealed class LinesView<TState>(TextWriter writer, TState before, Func<TState, TState, IEnumerable<string>> between) : ILiveView<TState>
{
    private TState _shown = before;

    /// <inheritdoc/>
    public Task ShowAsync(Func<Action<TState>, Task> work) => work(Show);

    private void Show(TState state)
    {
        foreach (var line in between(_shown, state))
        {
            writer.WriteLine(line);
        }

        writer.Flush();
        _shown = state;
    }
}
