using System.Diagnostics;
using System.Globalization;
using System.Text;
using Versioning.Pipelines.Running;
using Program = Versioning.Pipelines.Running.Program;

namespace Versioning.Pipelines.Tests.Running;

/// <summary>Programs whose output goes wrong, or does not end.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[Platform(Exclude = "Win", Reason = "The programs are shell scripts.")]
internal sealed class RunningCommandTests
{
    /// <summary>No program here takes so long, on no machine.</summary>
    private static readonly TimeSpan Never = TimeSpan.FromMinutes(1);

    [Test]
    public void Run_OutputThatCanNotBeWritten_StopsTheProgramAndSaysWhy()
    {
        using var full = new Watched(_ => throw new IOException("No space left."));
        using var log = new StringWriter();
        Task<int> running = Command("echo one; sleep 1000 & wait", full, log).RunAsync(CancellationToken.None);
        Assert.That(() => running.WaitAsync(Never), Throws.TypeOf<IOException>().With.Message.EqualTo("No space left."));
    }

    [Test]
    public async Task Run_CancelledWhileWhatItLeftRunningHoldsItsOutput_Ends()
    {
        var told = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var output = new Watched(text => told.TrySetResult(text));
        using var log = new StringWriter();
        using var cancel = new CancellationTokenSource();
        Task<int> running = Command("sleep 1000 & echo $! $$", output, log).RunAsync(cancel.Token);
        int[] ids = [.. (await told.Task.WaitAsync(Never)).Split(' ').Select(id => int.Parse(id, CultureInfo.InvariantCulture))];
        using var child = Process.GetProcessById(ids[0]);
        try
        {
            while (Directory.Exists($"/proc/{ids[1]}"))
            {
                await Task.Delay(1);
            }

            Assert.That(running.IsCompleted, Is.False, "Its output may go on.");
            await cancel.CancelAsync();
            Assert.That(() => running.WaitAsync(Never), Throws.InstanceOf<OperationCanceledException>());
            Assert.That(log.ToString(), Is.EqualTo($"{ids[0]} {ids[1]}\n"));
        }
        finally
        {
            child.Kill();
        }
    }

    private static RunningCommand Command(string script, Stream output, TextWriter log) =>
        new(new Program(["sh", "-c", script], Path.GetTempPath(), new Dictionary<string, string>()), output, Stream.Null, log);

    private sealed class Watched(Action<string> written) : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => written(Encoding.UTF8.GetString(buffer, offset, count));
    }
}
