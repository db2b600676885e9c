package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"tickmark/internal/pipeline"
)

// post tells the operator's address that a source fell silent: one JSON object,
// whose text a chat program shows as it is.
func (w *worker) post(ctx context.Context, q pipeline.Quiet) error {
	if w.alert == "" {
		return nil
	}
	since := q.Since
	if since == "" {
		since = "the beginning"
	}
	body, err := json.Marshal(struct {
		Text string `json:"text"`
		pipeline.Quiet
	}{fmt.Sprintf("Tickmark: %s gave nothing complete since %s; at most %d hours are allowed", q.Connection, since, q.Hours), q})
	if err != nil {
		return err
	}
	timed, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(timed, http.MethodPost, w.alert, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("the address answered %s", answer.Status)
	}
	return nil
}
