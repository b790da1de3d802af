namespace Foreman.Operator.Try;

/// <summary>Writes a line for everything that changes.</summary>
internal sealed class PlainView(TextWriter writer) : ITryView
{
    private TryState _shown = new();

    /// <inheritdoc/>
    public Task ShowAsync(Func<Action<TryState>, Task> work) => work(Show);

    private void Show(TryState state)
    {
        foreach (var line in PlainLines.Between(_shown, state))
        {
            writer.WriteLine(line);
        }

        writer.Flush();
        _shown = state;
    }
}
