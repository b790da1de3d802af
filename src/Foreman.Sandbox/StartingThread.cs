using System.Collections.Concurrent;

namespace Foreman.Sandbox;

/// <summary>
/// One thread that starts all commands and never ends: Linux ends a command that dies with its parent as soon as the thread that
/// started it ends, and threads of the pool do.
/// </summary>
internal static class StartingThread
{
    private static readonly BlockingCollection<Action> Work = [];

    static StartingThread() => new Thread(Loop) { IsBackground = true, Name = "starts commands" }.Start();

    /// <summary>Runs a function there and returns what it gives or throws what it throws.</summary>
    public static T Run<T>(Func<T> function)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Work.Add(() =>
        {
            try
            {
                done.SetResult(function());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
#pragma warning disable VSTHRD002 // The other thread never waits for this one.
        return done.Task.GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
    }

    private static void Loop()
    {
        foreach (var action in Work.GetConsumingEnumerable())
        {
            action();
        }
    }
}
