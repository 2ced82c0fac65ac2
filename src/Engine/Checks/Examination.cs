using System.Globalization;
using ChainBridge.Engine.Model;

namespace ChainBridge.Engine.Checks;

/// <summary>
/// Asks checks one after the other, each with its deadline. One that fails stops none of the others, but for those that need it.
/// </summary>
public sealed class Examination(TimeProvider time)
{
    private readonly List<CheckResult> _results = [];

    /// <summary>Check that did not end well → the one that is to blame: itself, or one that it needs.</summary>
    private readonly Dictionary<string, string> _causes = [];

    /// <summary>Asks these too, and answers all results.</summary>
    public async Task<IReadOnlyList<CheckResult>> AskAsync(IEnumerable<Question> questions, CancellationToken cancellationToken)
    {
        foreach (var question in questions)
        {
            var cause = question.Needs.Select(need => _causes.GetValueOrDefault(need)).FirstOrDefault(found => found is not null);
            var result = cause is null
                ? await AskAsync(question, cancellationToken)
                : new CheckResult("", CheckVerdict.NotAsked, $"because the check '{cause}' did not end well");
            if (!result.EndedWell) _causes[question.Name] = cause ?? question.Name;
            // Programs print over several lines; a check has one.
            _results.Add(result with { Name = question.Name, Evidence = result.Evidence.Trim().ReplaceLineEndings("; ") });
        }

        return _results;
    }

    private async Task<CheckResult> AskAsync(Question question, CancellationToken cancellationToken)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            // On a thread of its own: a question to the files of a host blocks, and is left behind at the deadline.
            return await Task.Run(() => question.Check().AskAsync(late.Token), cancellationToken)
                .WaitAsync(question.Deadline, time, cancellationToken);
        }
        catch (EngineException known) when (known.Failure != Failure.Inconclusive)
        {
            return CheckResult.Problem(known.Message, known.NextStep, known.Failure);
        }
        catch (EngineException silent)
        {
            return CheckResult.CouldNotAsk(silent.Message, silent.NextStep);
        }
        catch (TimeoutException)
        {
            return CheckResult.CouldNotAsk(
                $"no answer within {question.Deadline.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)} s",
                "look what keeps it busy, and ask again");
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            return CheckResult.CouldNotAsk($"{failure.GetType().Name}: {failure.Message}", "look at what it names, and ask again");
        }
        finally
        {
            await late.CancelAsync();
        }
    }
}
