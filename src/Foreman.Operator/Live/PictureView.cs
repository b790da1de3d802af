using Spectre.Console;
using Spectre.Console.Rendering;

namespace Foreman.Operator.Live;

/// <summary>Draws each state over the last one, on a terminal.</summary>
/// <param name="console">The terminal.</param>
/// <param name="before">What is drawn before the first state.</param>
/// <param name="render">The picture of a state.</param>
internal sealed class PictureView<TState>(IAnsiConsole console, TState before, Func<TState, IRenderable> render) : ILiveView<TState>
{
    /// <inheritdoc/>
    public Task ShowAsync(Func<Action<TState>, Task> work) => console.Live(render(before)).StartAsync(async live =>
    {
        live.Refresh();
        await work(state =>
        {
            live.UpdateTarget(render(state));
            live.Refresh();
        });
    });
}
