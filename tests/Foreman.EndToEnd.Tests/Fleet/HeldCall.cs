using Foreman.Testing;
using Foreman.Testing.Forges;

namespace Foreman.EndToEnd.Tests.Fleet;

/// <summary>Calls of a forge that are held, or will be.</summary>
/// <param name="method">Their method.</param>
/// <param name="path">Their path below the root of the API.</param>
public sealed class HeldCall(string method, string path)
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _holds = true;

    /// <summary>Waits until one is held.</summary>
    public Task ReachedAsync() => _reached.Task.WaitAsync(TestDeadline.Default);

    /// <summary>Holds no further ones; those that are held stay so.</summary>
    public void Stop() => _holds = false;

    /// <summary>Lets them go on, though whoever made them may be dead: requests that were on their way.</summary>
    public void Release()
    {
        Stop();
        _released.TrySetResult();
    }

    /// <summary>Waits until one that was let go has been carried out.</summary>
    public Task AnsweredAsync() => _answered.Task.WaitAsync(TestDeadline.Default);

    internal bool IsOf(ForgeCall call) => call.Method == method && call.Path == path;

    internal Task PassAsync()
    {
        if (!_holds)
        {
            return Task.CompletedTask;
        }

        _reached.TrySetResult();
        return _released.Task;
    }

    internal void Answered()
    {
        if (_released.Task.IsCompleted)
        {
            _answered.TrySetResult();
        }
    }
}
